from django.apps import AppConfig


class ClipsConfig(AppConfig):
    name = "backend.domain.clips"
    label = "clips"
