from __future__ import annotations

from pathlib import Path

import pytest

from backend.settings.env import BadEnvironment, MailServer, mail_server


class TestMailServer:
    @pytest.mark.parametrize(
        ("url", "expected"),
        [
            (
                "smtp://cuppa:p%40ss%2Fword@mail.example",
                MailServer(host="mail.example", port=587, user="cuppa", password="p@ss/word", security="starttls"),
            ),
            ("smtps://mail.example", MailServer(host="mail.example", port=465, security="tls")),
            ("smtp+plain://mail.example:2525", MailServer(host="mail.example", port=2525, security="none")),
            ("smtp://[::1]:25", MailServer(host="::1", port=25, security="starttls")),
            ("file:/var/mail", MailServer(directory=Path("/var/mail"))),
        ],
    )
    def test_reads_each_kind_of_address(self, monkeypatch: pytest.MonkeyPatch, url: str, expected: MailServer) -> None:
        monkeypatch.setenv("EMAIL_URL", url)

        assert mail_server("EMAIL_URL") == expected

    @pytest.mark.parametrize("unset", [None, ""])
    def test_is_none_when_there_is_none(self, monkeypatch: pytest.MonkeyPatch, unset: str | None) -> None:
        monkeypatch.delenv("EMAIL_URL", raising=False)
        if unset is not None:
            monkeypatch.setenv("EMAIL_URL", unset)

        assert mail_server("EMAIL_URL") is None

    @pytest.mark.parametrize(
        "url", ["mail.example", "http://mail.example", "smtp://", "file:mail", "smtp://mail:99999"]
    )
    def test_stops_with_a_sentence_that_holds_no_password(self, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
        monkeypatch.setenv("EMAIL_URL", url)

        with pytest.raises(BadEnvironment, match=r"^EMAIL_URL .*\.$"):
            mail_server("EMAIL_URL")
