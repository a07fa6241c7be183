from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.utils import translation
from firebase_admin import messaging
from hypothesis import given, settings
from hypothesis import strategies as st

from api_schema.push_payloads import ACTION_LABELS, ACTIONS, MAX_IDS, MAX_PAYLOAD_BYTES, RETRACT, PushKind, PushUrgency
from notifications import fcm
from notifications.buttons import label_of
from notifications.cutting import cut, wire_bytes
from notifications.discreet import SENTENCES
from notifications.outgoing import Address, OutgoingPush
from notifications.payloads import Json, collapse_id, fcm_message
from tests.notifications.outgoing_pushes import ANDROID, EVERY_PLATFORM, IOS, PUSH_EXAMPLES, WEB, outgoing_ask
from tests.notifications.pushes import ASK, THREAD, id_of

EXAMPLES = Path(__file__).parents[2] / "api_schema" / "examples"
LANGUAGES = [code for code, _name in django_settings.LANGUAGES]
GOES_ON = "Sagen Sie, wie er ausging, legen Sie es beiseite, oder schließen Sie es ab."
FAMILY = "👩🏽‍🔧"  # one character to a person, four code points


@pytest.fixture(autouse=True)
def push_queue() -> None:
    """Nothing here is sent: no broker is needed."""


def body_bytes(push: OutgoingPush) -> int:
    """Return the size of the whole request body as the SDK writes it."""
    return len(json.dumps({"message": fcm_message(push)}).encode())


def worst(address: Address, text: str, kind: PushKind = PushKind.ASK) -> OutgoingPush:
    """Everything as long as it may be."""
    return outgoing_ask(
        replace(address, value="t" * 1024),
        title=text * 2000,
        body=text * 2000,
        kind=kind,
        urgency=PushUrgency.SAFETY,
        ids={f"{'i' * 28}{number}_id": str(id_of(str(number))) for number in range(MAX_IDS)},
        version=2**31 - 1,
    )


class TestSize:
    @pytest.mark.parametrize("address", EVERY_PLATFORM)
    @pytest.mark.parametrize("text", ["a", "ж", "語", FAMILY, "\x01", '"', "\\", "\n", "é", "🇩🇪"])
    def test_stays_under_the_limit_on_the_worst_text(self, address: Address, text: str) -> None:
        assert body_bytes(worst(address, text)) < MAX_PAYLOAD_BYTES

    @pytest.mark.parametrize("address", EVERY_PLATFORM)
    @pytest.mark.parametrize("kind", PushKind)
    @pytest.mark.parametrize("shows_details", [True, False])
    def test_stays_under_the_limit_for_every_kind(self, address: Address, kind: PushKind, shows_details: bool) -> None:
        push = replace(worst(address, FAMILY, kind), shows_details=shows_details)

        assert max(body_bytes(replace(push, language=language)) for language in LANGUAGES) < MAX_PAYLOAD_BYTES

    @pytest.mark.parametrize("address", EVERY_PLATFORM)
    @settings(deadline=None)  # a busy machine is no failure
    @given(title=st.text(), body=st.text())
    def test_stays_under_the_limit_on_any_text(self, address: Address, title: str, body: str) -> None:
        push = replace(worst(address, ""), title=title * 50, body=body * 50)

        assert body_bytes(push) < MAX_PAYLOAD_BYTES

    @pytest.mark.parametrize("address", EVERY_PLATFORM)
    @pytest.mark.parametrize("kind", PushKind)
    @pytest.mark.parametrize("shows_details", [True, False])
    def test_takes_about_a_kilobyte_in_practice(self, address: Address, kind: PushKind, shows_details: bool) -> None:
        push = outgoing_ask(replace(address, value="r" * 163), kind=kind, shows_details=shows_details)

        assert max(body_bytes(replace(push, language=language)) for language in LANGUAGES) <= 1200

    @pytest.mark.parametrize("address", EVERY_PLATFORM)
    def test_cuts_nothing_of_the_longest_sentence_of_german(self, address: Address) -> None:
        title = f"Wartet auf Sie: {'ü' * 40}"
        body = f"{'ß' * 100}, Köln: Ein Versuch läuft, und seit einer Weile ist nichts geschehen. {GOES_ON}"
        push = replace(worst(address, ""), title=title, body=body, language="de")

        message = json.dumps(fcm_message(push), ensure_ascii=False)

        assert (title in message, body in message) == (True, True)
        assert body_bytes(push) < MAX_PAYLOAD_BYTES


class TestCut:
    def test_leaves_a_short_text_as_it_is(self) -> None:
        assert cut("E4 on CHL-A", max_bytes=11) == "E4 on CHL-A"

    def test_ends_a_long_text_in_an_ellipsis(self) -> None:
        assert cut("E4 on CHL-A", max_bytes=10) == "E4 o…"

    @pytest.mark.parametrize("character", [FAMILY, "é", "🇩🇪", "नि"])
    def test_never_breaks_what_a_person_sees_as_one_character(self, character: str) -> None:
        text = character * 20

        for max_bytes in range(6, wire_bytes(text)):
            kept = cut(text, max_bytes=max_bytes).removesuffix("…")
            assert kept == character * (len(kept) // len(character))

    @settings(deadline=None)
    @given(text=st.text(), max_bytes=st.integers(6, 200))
    def test_keeps_within_the_limit_and_keeps_the_beginning(self, text: str, max_bytes: int) -> None:
        kept = cut(text, max_bytes=max_bytes)

        assert wire_bytes(kept) <= max_bytes
        assert text.startswith((kept, kept.removesuffix("…")))


class TestAndroid:
    def test_gets_data_alone_because_a_notification_carries_no_buttons(self) -> None:
        message = fcm_message(outgoing_ask(ANDROID))

        assert "notification" not in message
        assert "notification" not in message["android"]
        assert message["data"]["title"] == "Olive asks: E4 on CHL-A"

    @pytest.mark.parametrize(
        ("kind", "urgency", "priority"),
        [
            (PushKind.ASK, PushUrgency.NORMAL, "high"),
            (PushKind.OUTCOME, PushUrgency.NORMAL, "normal"),
            (PushKind.OUTCOME, PushUrgency.HIGH, "high"),
            (PushKind.OUTCOME, PushUrgency.SAFETY, "high"),
        ],
    )
    def test_wakes_the_phone_for_asks_and_for_what_is_urgent(
        self, kind: PushKind, urgency: PushUrgency, priority: str
    ) -> None:
        message = fcm_message(outgoing_ask(ANDROID, kind=kind, urgency=urgency))

        assert message["android"]["priority"] == priority


class TestIos:
    @pytest.mark.parametrize(
        ("urgency", "level"),
        [
            (PushUrgency.NORMAL, "active"),
            (PushUrgency.HIGH, "active"),
            (PushUrgency.SAFETY, "time-sensitive"),
        ],
    )
    def test_breaks_through_a_focus_only_for_safety(self, urgency: PushUrgency, level: str) -> None:
        message = fcm_message(outgoing_ask(IOS, urgency=urgency))

        assert message["apns"]["payload"]["aps"]["interruption-level"] == level

    @pytest.mark.parametrize("kind", PushKind)
    def test_names_the_category_whose_buttons_the_app_registered(self, kind: PushKind) -> None:
        message = fcm_message(outgoing_ask(IOS, kind=kind))

        assert message["apns"]["payload"]["aps"]["category"] == kind


class TestDetails:
    """Unless the organisation lets them travel, Google and Apple see ids and a category, and nothing of the fault."""

    @pytest.mark.parametrize("address", EVERY_PLATFORM)
    def test_stay_at_home_unless_the_organisation_lets_them_travel(self, address: Address) -> None:
        message = json.dumps(fcm_message(outgoing_ask(address, shows_details=False)))

        assert "Olive" not in message
        assert "AC-350" not in message
        assert str(ASK) in message

    def test_are_drawn_by_the_app_on_android(self) -> None:
        data = fcm_message(outgoing_ask(ANDROID, shows_details=False))["data"]

        assert {"title", "body"} & set(data) == set()

    @pytest.mark.parametrize("kind", PushKind)
    def test_give_way_to_a_sentence_of_the_kind_where_the_system_draws(self, kind: PushKind) -> None:
        ios = fcm_message(outgoing_ask(IOS, kind=kind, shows_details=False))["apns"]["payload"]["aps"]
        web = fcm_message(outgoing_ask(WEB, kind=kind, shows_details=False))["webpush"]["notification"]

        assert ios["alert"] == {"title": SENTENCES[kind]}
        assert ios["mutable-content"] == 1  # the app may put its own words there
        assert (web["title"], "body" in web) == (SENTENCES[kind], False)


class TestLanguage:
    """Who is told hears it in their own language, whatever else this sender says."""

    def test_is_the_persons_in_the_words_and_on_the_buttons(self) -> None:
        push = outgoing_ask(WEB, shows_details=False, language="de")

        shown = fcm_message(push)["webpush"]["notification"]

        assert shown["title"] == "Jemand fragt Sie zu einem Fehler."
        assert [button["title"] for button in shown["actions"]] == ["Ich bin dran", "Ich nicht", "Beschäftigt"]
        assert fcm_message(replace(push, address=IOS))["apns"]["payload"]["aps"]["alert"] == {"title": shown["title"]}
        assert translation.get_language() == "en"

    def test_is_not_that_of_somebody_before_them(self) -> None:
        with translation.override("de"):
            message = fcm_message(outgoing_ask(WEB, shows_details=False, language="en"))

        assert message["webpush"]["notification"]["title"] == SENTENCES[PushKind.ASK]

    def test_has_every_button_and_sentence_translated(self) -> None:
        english = {name: label_of(name) for name in ACTION_LABELS}

        with translation.override("de"):
            german = {name: label_of(name) for name in ACTION_LABELS}
            alike = [sentence for sentence in SENTENCES.values() if translation.gettext(sentence) == sentence]

        assert english == ACTION_LABELS
        assert {name for name, label in german.items() if label == english[name]} == set()
        assert alike == []
        assert german["open"] == "Öffnen"


class TestRetraction:
    def test_shows_nothing_and_wakes_nobody_on_android(self) -> None:
        message = fcm_message(outgoing_ask(ANDROID, is_retraction=True, reply_token=None))

        assert message["data"]["kind"] == RETRACT
        assert {"title", "body", "reply_token", "ask_id"} & set(message["data"]) == set()
        assert message["android"]["priority"] == "normal"

    def test_is_a_background_push_on_ios(self) -> None:
        apns = fcm_message(outgoing_ask(IOS, is_retraction=True, reply_token=None))["apns"]

        assert apns["payload"] == {"aps": {"content-available": 1}}
        assert (apns["headers"]["apns-push-type"], apns["headers"]["apns-priority"]) == ("background", "5")

    def test_brings_a_browser_no_words_and_replaces_what_it_has_not_fetched_yet(self) -> None:
        webpush = fcm_message(outgoing_ask(WEB, is_retraction=True, reply_token=None))["webpush"]

        assert set(webpush) == {"headers"}
        assert webpush["headers"] == {"TTL": "3600", "Topic": collapse_id(PushKind.ASK, THREAD), "Urgency": "normal"}

    @pytest.mark.parametrize("address", EVERY_PLATFORM)
    def test_names_what_it_takes_back(self, address: Address) -> None:
        shown, taken_back = (
            fcm_message(outgoing_ask(address, is_retraction=is_retraction))["data"] for is_retraction in (False, True)
        )

        assert [taken_back[key] for key in ("push_id", "collapse_id", "subject_id")] == [
            shown[key] for key in ("push_id", "collapse_id", "subject_id")
        ]


class TestButtons:
    @pytest.mark.parametrize("kind", PushKind)
    def test_need_no_words_in_a_browser_and_are_what_the_token_answers(self, kind: PushKind) -> None:
        actions = fcm_message(outgoing_ask(WEB, kind=kind))["webpush"]["notification"]["actions"]

        names = {action["action"] for action in actions}
        assert 0 < len(names) <= 3
        assert names <= set(ACTIONS[kind]) - {"answer", "voice"}

    @pytest.mark.parametrize("address", EVERY_PLATFORM)
    def test_come_with_what_they_need(self, address: Address) -> None:
        data = fcm_message(outgoing_ask(address))["data"]

        assert (data["reply_token"], data["version"]) == ("GZcFyQx0dSgI0mq9a9nYkWc0yRk6vXH0sJ8oQ5b1t2U", "3")


class TestCollapsing:
    @pytest.mark.parametrize("kind", PushKind)
    def test_has_an_id_that_every_push_service_takes(self, kind: PushKind) -> None:
        assert len(collapse_id(kind, THREAD).encode()) <= 32  # a web-push topic; APNs takes 64

    def test_uses_one_id_for_every_attempt_and_platform(self) -> None:
        android, ios, web = (fcm_message(outgoing_ask(address)) for address in EVERY_PLATFORM)

        collapse_id = android["android"]["collapse_key"]
        assert ios["apns"]["headers"]["apns-collapse-id"] == collapse_id
        assert web["webpush"]["headers"]["Topic"] == collapse_id
        assert android["data"]["collapse_id"] == collapse_id

    def test_keeps_kinds_and_subjects_apart(self) -> None:
        pushes = [
            outgoing_ask(),
            outgoing_ask(kind=PushKind.ANSWER),
            outgoing_ask(subject_id=id_of("another thread")),
        ]

        assert len({fcm_message(push)["android"]["collapse_key"] for push in pushes}) == 3


class TestSdk:
    """The SDK encodes the message that we built: nothing is lost, renamed or added on the way."""

    @pytest.mark.parametrize("address", EVERY_PLATFORM)
    @pytest.mark.parametrize("urgency", PushUrgency)
    @pytest.mark.parametrize("shows_details", [True, False])
    def test_encodes_exactly_our_message(self, address: Address, urgency: PushUrgency, shows_details: bool) -> None:
        message = fcm_message(outgoing_ask(address, urgency=urgency, shows_details=shows_details))

        assert encoded(message) == message

    @pytest.mark.parametrize("address", [ANDROID, IOS])
    def test_encodes_exactly_our_retraction(self, address: Address) -> None:
        message = fcm_message(outgoing_ask(address, is_retraction=True, reply_token=None))

        assert encoded(message) == message


def encoded(message: Json) -> Json:
    sdk_form: Json = messaging._MessagingService.encode_message(fcm._sdk_message(message))
    return sdk_form


class TestExamples:
    """Phones are built against these files; a change here is a change of the contract."""

    @pytest.mark.parametrize("name", PUSH_EXAMPLES)
    def test_are_what_is_sent(self, name: str) -> None:
        example = json.loads((EXAMPLES / f"{name}.json").read_text())

        assert {"message": fcm_message(PUSH_EXAMPLES[name])} == example

    def test_are_all_tested(self) -> None:
        assert {path.stem for path in EXAMPLES.glob("push_*.json")} == set(PUSH_EXAMPLES)
