from django.apps import AppConfig


class HowtosConfig(AppConfig):
    name = "backend.domain.howtos"
    label = "howtos"
