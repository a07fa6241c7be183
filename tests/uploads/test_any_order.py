from __future__ import annotations

import pytest

from tests.uploads.phone import Phone
from tests.uploads.phones_and_server import play


class TestAnyOrder:
    def test_of_requests_stores_what_was_sent(self, phone: Phone) -> None:
        play(phone, stories=15, steps=12)

    @pytest.mark.slow
    @pytest.mark.timeout(900)
    def test_of_very_many_requests_stores_what_was_sent(self, phone: Phone) -> None:
        play(phone, stories=150, steps=25)
