from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "backend.domain.search"
    label = "search"
