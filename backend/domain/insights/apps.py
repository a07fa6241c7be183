from django.apps import AppConfig


class InsightsConfig(AppConfig):
    name = "backend.domain.insights"
    label = "insights"
