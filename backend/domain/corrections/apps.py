from django.apps import AppConfig


class CorrectionsConfig(AppConfig):
    name = "backend.domain.corrections"
    label = "corrections"

    def ready(self) -> None:
        """Models can be imported now."""
        from backend.domain.corrections.readable import begin  # noqa: PLC0415 - not before

        begin()
