from django.apps import AppConfig


class WatchingConfig(AppConfig):
    name = "backend.domain.watching"
    label = "watching"
