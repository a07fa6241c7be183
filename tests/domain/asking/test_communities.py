"""Communities of practice and who belongs to them."""

from __future__ import annotations

import pytest

from api_schema.ids import uuid7
from backend.domain.accounts.models import Community, Membership, Person, Site
from backend.domain.actor import Role
from backend.domain.asking.communities import (
    CommunityFacts,
    add_member,
    change_community,
    close_community,
    create_community,
    list_communities,
    list_members,
    remove_member,
)
from backend.domain.equipment.models import Asset
from backend.domain.errors import InvalidInput, NotAllowed, NotFound
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def supervisor(site: Site) -> Person:
    return cast.new_person(site, "Sue Supervisor", Role.SUPERVISOR)


@pytest.fixture
def chillers(supervisor: Person) -> Community:
    return create_community(actor=supervisor.actor, facts=CommunityFacts("Chillers"))


def names_of(community: Community, seen_by: Person) -> list[str]:
    members = list_members(actor=seen_by.actor, community_id=community.pk)
    return [person.name for person in members.order_by("name")]


class TestCreateCommunity:
    def test_answers_for_a_family_spelt_as_the_machines_are_and_for_a_site(
        self, supervisor: Person, owner: Person, asset: Asset
    ) -> None:
        facts = CommunityFacts("Leeds  chillers", "Air cooled chiller", asset.site_id, owner.pk)

        community = create_community(actor=supervisor.actor, facts=facts)

        assert (community.name, community.family, community.site) == (
            "Leeds chillers",
            "air-cooled chiller",
            asset.site,
        )
        assert (community.champion, names_of(community, owner)) == (owner, ["Olive Owner"])

    def test_says_what_is_wrong(
        self, supervisor: Person, chillers: Community, outsider: Person, disabled: Person
    ) -> None:
        for facts, field, sentence in (
            (CommunityFacts("  "), "name", "Give the community a name."),
            (CommunityFacts("CHILLERS"), "name", "There is a community named CHILLERS already."),
            (CommunityFacts("Pumps", family="--"), "family", "Name a family of machines."),
            (
                CommunityFacts("Pumps", site_id=outsider.site_id),
                "site_id",
                "Your organisation has no site with this id.",
            ),
            (
                CommunityFacts("Pumps", champion_id=disabled.pk),
                "champion_id",
                "Nobody of your organisation has this id.",
            ),
        ):
            with pytest.raises(InvalidInput) as refused:
                create_community(actor=supervisor.actor, facts=facts)
            assert refused.value.facts["fields"] == {field: [sentence]}

        assert list(Community.objects.all()) == [chillers]


class TestChangeCommunity:
    def test_renames_it_and_keeps_its_members(self, supervisor: Person, owner: Person, chillers: Community) -> None:
        add_member(actor=supervisor.actor, community_id=chillers.pk, person_id=owner.pk)

        changed = change_community(actor=supervisor.actor, community_id=chillers.pk, facts=CommunityFacts("Cold water"))

        assert (changed.name, names_of(changed, owner)) == ("Cold water", ["Olive Owner"])

    def test_may_keep_its_name(self, supervisor: Person, chillers: Community) -> None:
        change_community(actor=supervisor.actor, community_id=chillers.pk, facts=CommunityFacts("chillers"))

        assert Community.objects.get().name == "chillers"


class TestMembers:
    def test_join_once_and_leave_with_their_championship(
        self, supervisor: Person, owner: Person, colleague: Person
    ) -> None:
        community = create_community(actor=supervisor.actor, facts=CommunityFacts("Chillers", champion_id=colleague.pk))

        for _ in range(2):
            add_member(actor=supervisor.actor, community_id=community.pk, person_id=owner.pk)
        both = names_of(community, owner)
        remove_member(actor=supervisor.actor, community_id=community.pk, person_id=colleague.pk)
        with pytest.raises(NotFound):
            remove_member(actor=supervisor.actor, community_id=community.pk, person_id=colleague.pk)

        community.refresh_from_db()
        assert (both, names_of(community, owner)) == (["Colin Colleague", "Olive Owner"], ["Olive Owner"])
        assert community.champion is None

    def test_who_were_removed_are_in_no_list_and_in_no_count(
        self, supervisor: Person, owner: Person, chillers: Community
    ) -> None:
        add_member(actor=supervisor.actor, community_id=chillers.pk, person_id=owner.pk)
        Person.objects.filter(pk=owner.pk).update(is_active=False)

        assert names_of(chillers, supervisor) == []
        assert [row.members_count for row in list_communities(actor=supervisor.actor)] == [0]  # type: ignore[attr-defined]  # annotated

    def test_are_people_of_the_organisation(
        self, supervisor: Person, outsider: Person, disabled: Person, chillers: Community
    ) -> None:
        for person_id in (outsider.pk, disabled.pk, uuid7()):
            with pytest.raises(NotFound):
                add_member(actor=supervisor.actor, community_id=chillers.pk, person_id=person_id)

        assert not Membership.objects.exists()


class TestWhoMay:
    def test_change_communities_are_supervisors_and_admins(
        self, owner: Person, curator: Person, chillers: Community
    ) -> None:
        for actor in (owner.actor, curator.actor):
            with pytest.raises(NotAllowed):
                create_community(actor=actor, facts=CommunityFacts("Mine"))
            with pytest.raises(NotAllowed):
                change_community(actor=actor, community_id=chillers.pk, facts=CommunityFacts("Mine"))
            with pytest.raises(NotAllowed):
                close_community(actor=actor, community_id=chillers.pk)
            with pytest.raises(NotAllowed):
                add_member(actor=actor, community_id=chillers.pk, person_id=owner.pk)
            with pytest.raises(NotAllowed):
                remove_member(actor=actor, community_id=chillers.pk, person_id=owner.pk)

        assert [row.name for row in Community.objects.all()] == ["Chillers"]

    def test_see_communities_is_everybody_of_the_organisation(
        self, owner: Person, outsider: Person, chillers: Community
    ) -> None:
        assert list(list_communities(actor=owner.actor)) == [chillers]
        assert list(list_communities(actor=outsider.actor)) == []
        with pytest.raises(NotFound):
            list_members(actor=outsider.actor, community_id=chillers.pk)
