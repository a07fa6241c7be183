from django.apps import AppConfig


class FlagsConfig(AppConfig):
    name = "backend.domain.flags"
    label = "flags"

    def ready(self) -> None:
        """Models can be imported now."""
        from backend.domain.flags.readable import begin  # noqa: PLC0415 - not before

        begin()
