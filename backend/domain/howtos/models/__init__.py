"""How-tos: what a fixed thread leaves behind for the next technician."""

from backend.domain.howtos.models.articles import Credit, HowTo, HowToVersion, Step, VersionEditor
from backend.domain.howtos.models.learning import Collection, CollectionItem, HowToOpening
from backend.domain.howtos.models.review import Approval, HowToUse

__all__ = [
    "Approval",
    "Collection",
    "CollectionItem",
    "Credit",
    "HowTo",
    "HowToOpening",
    "HowToUse",
    "HowToVersion",
    "Step",
    "VersionEditor",
]
