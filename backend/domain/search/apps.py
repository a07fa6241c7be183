from django.apps import AppConfig
from django.core import checks
from django.db.models.signals import post_migrate


class SearchConfig(AppConfig):
    name = "backend.domain.search"
    label = "search"

    def ready(self) -> None:
        """
        Check the embedder before anything starts.

        And have the trades' words in the database be those of the files after every `migrate`, as Django does rights.
        """
        checks.register(_check_embedder)
        post_migrate.connect(_load_trade_words, sender=self)


def _check_embedder(**_: object) -> list[checks.CheckMessage]:
    from backend.domain.search.embedders import embedder_problem  # noqa: PLC0415 - only when checks run

    problem = embedder_problem()
    return [checks.Error(problem, id="search.E001")] if problem else []


def _load_trade_words(**_: object) -> None:
    from backend.domain.search.related_words import load_trade_words  # noqa: PLC0415 - models are there by now

    load_trade_words()
