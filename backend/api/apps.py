from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "backend.api"
    label = "api"

    def ready(self) -> None:
        """Make the backend's Celery app the current one: whoever reads or tests a push wakes a sender from here."""
        from backend.jobs import app  # noqa: F401, PLC0415  # makes itself the default when it is imported
