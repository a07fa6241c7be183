from django.apps import AppConfig


class OperatorConfig(AppConfig):
    name = "backend.operator"
    label = "operator"
