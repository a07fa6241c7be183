from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from api_schema.push_payloads import PushKind
from backend.settings.env import MailServer
from notifications.answers import Accepted, Answer, Fault, Refused
from notifications.email.channel import EmailChannel
from notifications.outgoing import Address, OutgoingPush
from tests.fakes import smtp
from tests.fakes.smtp import FakeSmtp
from tests.notifications.outgoing_pushes import outgoing_ask
from tests.notifications.pushes import THREAD, id_of

PETRA = Address(kind="email", value="petra@works.example")


@pytest.fixture
def mail(settings: Settings) -> Iterator[FakeSmtp]:
    """An installation with a mail server."""
    with FakeSmtp() as server:
        settings.EMAIL = MailServer(host="127.0.0.1", port=server.port)
        settings.EMAIL_FROM = "Cuppa <cuppa@works.example>"
        settings.PUBLIC_URL = "https://cuppa.works.example"
        yield server


def an_email(**changes: Any) -> OutgoingPush:
    return outgoing_ask(PETRA, **{"shows_details": True, "reply_token": None} | changes)


def send(**changes: Any) -> Answer:
    return EmailChannel().send(an_email(**changes))


def parts(server: FakeSmtp) -> tuple[str, str]:
    """Return the plain text and the HTML of the one e-mail that came."""
    [received] = server.received
    plain, html = (received.message.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert html is not None
    return plain.get_content(), html.get_content()


class TestEmail:
    def test_brings_the_ask_to_the_mailbox(self, mail: FakeSmtp) -> None:
        answer = send()

        [received] = mail.received
        assert answer == Accepted(f"<{id_of('the inbox item')}@cuppa.works.example>")
        assert (received.sender, received.recipients) == ("cuppa@works.example", ["petra@works.example"])
        assert received.message["Subject"] == "Olive asks: E4 on CHL-A"
        assert "You fixed E4 on an AC-350 twice." in parts(mail)[0]

    def test_speaks_the_persons_language_around_what_people_wrote(self, mail: FakeSmtp) -> None:
        send(language="de")

        plain, html = parts(mail)
        assert mail.received[0].message["Subject"] == "Olive asks: E4 on CHL-A"  # as it was said
        assert "In Cuppa öffnen: https://cuppa.works.example/" in plain
        assert ">In Cuppa öffnen</a>" in html
        assert "Sie wollten das auch per E-Mail erfahren." in plain
        assert "Open" not in plain + html

    def test_leads_to_the_page_of_the_thread_in_text_and_html(self, mail: FakeSmtp) -> None:
        send()

        plain, html = parts(mail)
        page = f"https://cuppa.works.example/threads/{THREAD}"
        assert page in plain
        assert f'href="{page}"' in html

    def test_leads_to_the_front_page_when_it_is_about_no_thread(self, mail: FakeSmtp) -> None:
        send(kind=PushKind.DIGEST, ids={})

        assert "Open it in Cuppa: https://cuppa.works.example/\n" in parts(mail)[0].replace("\r\n", "\n")

    def test_holds_no_reply_token_even_when_one_was_made(self, mail: FakeSmtp) -> None:
        send(reply_token="a-signed-token")

        assert "a-signed-token" not in str(mail.received[0].message)

    def test_loads_nothing_from_anywhere(self, mail: FakeSmtp) -> None:
        send(title='<img src="https://spy.example/pixel">', body="<script>alert(1)</script>")

        html = parts(mail)[1]
        assert "<img" not in html
        assert "<script" not in html

    def test_says_only_that_there_is_something_where_details_must_not_leave(self, mail: FakeSmtp) -> None:
        send(shows_details=False)

        [received] = mail.received
        assert received.message["Subject"] == "A colleague asks you about a fault."
        assert "E4" not in "".join(parts(mail))

    def test_keeps_a_line_break_out_of_the_header(self, mail: FakeSmtp) -> None:
        send(title="Olive asks:\r\nBcc: everybody@works.example")

        [received] = mail.received
        assert received.message["Subject"] == "Olive asks: Bcc: everybody@works.example"
        assert received.recipients == ["petra@works.example"]

    def test_is_the_same_email_to_a_mail_program_when_it_is_sent_again(self, mail: FakeSmtp) -> None:
        send()
        send()

        first, second = (received.message["Message-ID"] for received in mail.received)
        assert first == second

    def test_signs_in_where_the_server_asks_for_it(self, mail: FakeSmtp, settings: Settings) -> None:
        mail.password = "tea"
        settings.EMAIL = MailServer(host="127.0.0.1", port=mail.port, user="cuppa", password="tea")

        assert isinstance(send(), Accepted)

    def test_lies_in_a_file_while_developing(self, settings: Settings, tmp_path: Path) -> None:
        settings.EMAIL = MailServer(directory=tmp_path / "mail")
        settings.EMAIL_FROM = "cuppa@works.example"

        assert isinstance(send(), Accepted)
        [written] = (tmp_path / "mail").iterdir()
        assert "Subject: Olive asks: E4 on CHL-A" in written.read_text()


class TestEmailRefused:
    @pytest.mark.parametrize(
        ("verb", "said", "fault"),
        [
            ("RCPT", (550, "No such user"), Fault.BAD_REGISTRATION),
            ("RCPT", (451, "Greylisted, come back"), Fault.UNAVAILABLE),
            ("RCPT", (452, "Mailbox full"), Fault.UNAVAILABLE),
            ("MAIL", (553, "Not your address"), Fault.CREDENTIALS),
            ("MAIL", (421, "Too many at once"), Fault.UNAVAILABLE),
            ("DATA", (554, "Smells of spam"), Fault.BAD_PAYLOAD),
            ("END", (552, "Too much"), Fault.BAD_PAYLOAD),
            ("END", (450, "Try later"), Fault.UNAVAILABLE),
            ("END", smtp.HANG_UP, Fault.AMBIGUOUS),
            ("RCPT", smtp.HANG_UP, Fault.AMBIGUOUS),
        ],
    )
    def test_says_what_follows(self, mail: FakeSmtp, verb: str, said: tuple[int, str], fault: Fault) -> None:
        mail.answers[verb] = said

        answer = send()

        assert isinstance(answer, Refused)
        assert answer.fault is fault
        assert "petra" not in answer.detail

    def test_says_that_the_password_is_wrong(self, mail: FakeSmtp, settings: Settings) -> None:
        mail.password = "tea"
        settings.EMAIL = MailServer(host="127.0.0.1", port=mail.port, user="cuppa", password="coffee")

        assert send() == Refused(Fault.CREDENTIALS, "535 Bad credentials")

    def test_waits_for_a_server_that_cannot_be_reached(self, mail: FakeSmtp, settings: Settings) -> None:
        settings.EMAIL = MailServer(host="127.0.0.1", port=1)

        answer = send()

        assert isinstance(answer, Refused)
        assert answer.fault is Fault.UNAVAILABLE

    def test_never_speaks_in_the_clear_where_encryption_was_asked_for(self, mail: FakeSmtp, settings: Settings) -> None:
        settings.EMAIL = MailServer(host="127.0.0.1", port=mail.port, security="starttls")

        answer = send()

        assert isinstance(answer, Refused)
        assert answer.fault is Fault.CREDENTIALS
        assert mail.received == []

    @pytest.mark.parametrize("address", ["", "petra@works.example\r\nBcc: all@works.example", "pet ra@"])
    def test_gives_up_an_address_that_is_none(self, mail: FakeSmtp, address: str) -> None:
        answer = EmailChannel().send(outgoing_ask(Address(kind="email", value=address), shows_details=True))

        assert answer == Refused(Fault.BAD_REGISTRATION, "this is no e-mail address")
        assert mail.received == []

    def test_says_that_no_server_is_configured(self, settings: Settings) -> None:
        settings.EMAIL = None

        assert send() == Refused(Fault.CREDENTIALS, "EMAIL_URL is not set, so no e-mail leaves; the inbox serves.")

    @pytest.mark.slow
    def test_is_over_within_ten_seconds_when_the_server_falls_silent(self, mail: FakeSmtp) -> None:
        mail.answers["RCPT"] = smtp.SILENCE

        answer = send()

        assert isinstance(answer, Refused)
        assert answer.fault is Fault.AMBIGUOUS
