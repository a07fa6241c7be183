from django.apps import AppConfig


class HowtoExchangeConfig(AppConfig):
    name = "backend.domain.howto_exchange"
    label = "howto_exchange"
