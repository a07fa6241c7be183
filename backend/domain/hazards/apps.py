from django.apps import AppConfig


class HazardsConfig(AppConfig):
    name = "backend.domain.hazards"
    label = "hazards"
