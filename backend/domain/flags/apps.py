from django.apps import AppConfig


class FlagsConfig(AppConfig):
    name = "backend.domain.flags"
    label = "flags"
