from django.apps import AppConfig


class ThreadsConfig(AppConfig):
    name = "backend.domain.threads"
    label = "threads"
