from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SearchConfig(AppConfig):
    name = "backend.domain.search"
    label = "search"

    def ready(self) -> None:
        """Have the trades' words in the database be those of the files after every `migrate`, as Django does rights."""
        post_migrate.connect(_load_trade_words, sender=self)


def _load_trade_words(**_: object) -> None:
    from backend.domain.search.related_words import load_trade_words  # noqa: PLC0415 - models are there by now

    load_trade_words()
