from django.apps import AppConfig


class CorrectionsConfig(AppConfig):
    name = "backend.domain.corrections"
    label = "corrections"
