from django.apps import AppConfig


class HowtosConfig(AppConfig):
    name = "backend.domain.howtos"
    label = "howtos"

    def ready(self) -> None:
        """Models can be imported now."""
        from backend.domain.howtos.films import begin  # noqa: PLC0415 - not before

        begin()
