from django.apps import AppConfig


class ThreadsConfig(AppConfig):
    name = "backend.domain.threads"
    label = "threads"

    def ready(self) -> None:
        """Models can be imported now."""
        from backend.domain.threads.readable import begin  # noqa: PLC0415 - not before

        begin()
