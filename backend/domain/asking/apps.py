from django.apps import AppConfig


class AskingConfig(AppConfig):
    name = "backend.domain.asking"
    label = "asking"
