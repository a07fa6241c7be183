"""Doors to the outside that the import linter cannot see, because they are one module deep inside a library."""

from __future__ import annotations

from tests.architecture.imports import find_importers, imported_names, list_sources


class TestDoors:
    def test_open_amazons_services_in_one_module_each(self) -> None:
        assert find_importers("boto3") == {
            "backend/integrations/amazon_transcribe.py",
            "backend/integrations/s3_client.py",
            "notifications/sms/sns.py",
        }

    def test_open_firebase_in_one_module(self) -> None:
        assert find_importers("firebase_admin") == {"notifications/fcm.py"}

    def test_keep_http_out_of_the_domain(self) -> None:
        assert find_importers("django.http", packages=("backend/domain",)) == set()
        assert find_importers("django.urls", packages=("backend/domain",)) == set()
        assert find_importers("django.views", packages=("backend/domain",)) == set()

    def test_show_the_backend_one_module_of_notifications(self) -> None:
        imported = {name for path in list_sources("backend") for name in imported_names(path)}

        public = {name for name in imported if name.startswith("notifications")}

        assert {".".join(name.split(".")[:2]) for name in public} == {"notifications.service"}

    def test_never_pickle(self) -> None:
        assert find_importers("pickle") == set()
