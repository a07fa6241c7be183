"""What the trades, and an organisation, call the same thing."""

from __future__ import annotations

from datetime import datetime

import pytest

from backend.domain.accounts.models import Organisation, Person
from backend.domain.errors import InvalidInput, NotAllowed, NotFound
from backend.domain.search.models import Nickname, TradeWord
from backend.domain.search.nicknames import add_nickname, list_nicknames, remove_nickname
from backend.domain.search.queries import search
from backend.domain.search.related_words import load_trade_words
from backend.domain.search.trade_words.reading import LIKE_WEIGHT, SAME_WEIGHT, read_trade_words
from tests.domain.search.documents import put, thread_document

pytestmark = pytest.mark.django_db


class TestTradeWords:
    def test_find_what_others_call_by_another_name(
        self, organisation: Organisation, owner: Person, now: datetime
    ) -> None:
        named = thread_document("Gearbox judders at low speed")
        put(organisation, now, named, thread_document("Lift doors reopen"))

        assert [hit.id for hit in search(actor=owner.actor, words="vibrating")] == [named.subject_id]

    def test_count_less_than_the_word_itself(self, organisation: Organisation, owner: Person, now: datetime) -> None:
        alike = thread_document("Gearbox judders")
        itself = thread_document("Gearbox vibrates")
        put(organisation, now, alike, itself)

        hits = search(actor=owner.actor, words="vibrates")

        assert [hit.id for hit in hits] == [itself.subject_id, alike.subject_id]

    def test_stand_for_one_word_once(self, organisation: Organisation, owner: Person, now: datetime) -> None:
        many = thread_document("It shakes, judders, shudders, wobbles and rattles")
        both = thread_document("Vibration of the fan")
        put(organisation, now, many, both, thread_document("Fan stuck"))

        assert search(actor=owner.actor, words="fan vibration")[0].id == both.subject_id

    def test_are_those_of_the_files_after_migrating(self) -> None:
        rows = TradeWord.objects.values_list("weight", flat=True)

        assert len(rows) > 1000
        assert set(rows) == {SAME_WEIGHT, LIKE_WEIGHT}

    def test_are_loaded_twice_as_once(self) -> None:
        before = set(TradeWord.objects.values_list("configuration", "term", "other", "weight"))

        load_trade_words()

        assert set(TradeWord.objects.values_list("configuration", "term", "other", "weight")) == before

    def test_of_the_files_stand_both_ways(self) -> None:
        pairs = read_trade_words()

        assert all((language, other, word) in pairs for language, word, other in pairs)


class TestNicknames:
    @pytest.fixture
    def beast(self, curator: Person, now: datetime) -> Nickname:
        return add_nickname(actor=curator.actor, said="The Beast", means="CHL-A", now=now)

    def test_find_the_thing_from_the_next_search_on(
        self, organisation: Organisation, owner: Person, beast: Nickname, now: datetime
    ) -> None:
        chiller = thread_document("Will not start", identifiers=["CHL-A"])
        put(organisation, now, chiller, thread_document("Pump noisy"))

        assert [hit.id for hit in search(actor=owner.actor, words="the beast")] == [chiller.subject_id]

    def test_find_what_people_said_of_the_thing(
        self, organisation: Organisation, owner: Person, beast: Nickname, now: datetime
    ) -> None:
        said = thread_document("The beast is dead again")
        put(organisation, now, said, thread_document("Pump noisy"))

        assert [hit.id for hit in search(actor=owner.actor, words="chl a")] == [said.subject_id]

    def test_mean_nothing_inside_other_words_or_to_others(
        self, organisation: Organisation, owner: Person, outsider: Person, beast: Nickname, now: datetime
    ) -> None:
        chiller = thread_document("Will not start", identifiers=["CHL-A"])
        put(organisation, now, chiller)
        put(outsider.organisation, now, thread_document("Will not start", identifiers=["CHL-A"]))

        assert search(actor=owner.actor, words="the beastly") == []
        assert search(actor=outsider.actor, words="the beast") == []
        assert list(list_nicknames(actor=outsider.actor)) == []

    def test_are_one_however_often_they_are_added(self, curator: Person, beast: Nickname, now: datetime) -> None:
        again = add_nickname(actor=curator.actor, said="the beast ", means="chl a", now=now)

        assert again == beast

    @pytest.mark.parametrize(("said", "means"), [("...", "CHL-A"), ("beast", "--"), ("CHL A", "chl-a")])
    def test_need_words_that_differ(self, curator: Person, said: str, means: str, now: datetime) -> None:
        with pytest.raises(InvalidInput):
            add_nickname(actor=curator.actor, said=said, means=means, now=now)

        assert not Nickname.objects.exists()

    def test_are_looked_after_by_curators_of_the_organisation(
        self, owner: Person, outsider: Person, beast: Nickname, now: datetime
    ) -> None:
        with pytest.raises(NotAllowed):
            add_nickname(actor=owner.actor, said="pig", means="CHL-B", now=now)
        with pytest.raises(NotAllowed):
            remove_nickname(actor=owner.actor, nickname_id=beast.pk)
        Person.objects.filter(pk=outsider.pk).update(role="curator")
        outsider.refresh_from_db()
        with pytest.raises(NotFound):
            remove_nickname(actor=outsider.actor, nickname_id=beast.pk)

        assert Nickname.objects.get() == beast

    def test_are_forgotten(self, curator: Person, owner: Person, beast: Nickname) -> None:
        remove_nickname(actor=curator.actor, nickname_id=beast.pk)

        assert list(list_nicknames(actor=owner.actor)) == []
