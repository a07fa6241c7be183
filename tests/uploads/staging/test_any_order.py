"""The protocol in any order, kept in a bucket: films of up to ten parts' size, so that pieces and parts never match."""

from __future__ import annotations

import pytest

from tests.uploads.phone import Phone
from tests.uploads.phones_and_server import play


class TestAnyOrderInABucket:
    def test_of_requests_stores_what_was_sent(self, bucket: None, phone: Phone) -> None:
        play(phone, stories=6, steps=10)

    @pytest.mark.slow
    @pytest.mark.timeout(900)
    def test_of_requests_that_fill_parts_stores_what_was_sent(self, bucket: None, phone: Phone) -> None:
        play(phone, stories=30, steps=15, unit_bytes=100)
