"""How many of what a question found have each fact: what it can be narrowed down by."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from backend.domain.search.asked import Asked
from backend.domain.search.narrowing import FITS, OUTCOME, Facet
from backend.domain.search.ranking import MAY_BE_FOUND, SEEDED, SEEDED_SUBJECTS, Filters, question_values

MOST_VALUES = 20  # of one facet: the commonest


@dataclass(frozen=True)
class FacetCount:
    """How many threads and how-tos have this `value` of a facet; `label` is what people call it."""

    value: str
    label: str
    count: int


def count_facets(organisation_id: UUID, asked: Asked, *, filters: Filters) -> dict[Facet, list[FacetCount]]:
    """
    Return for each facet its commonest values among all that was found, the commonest first. One query.

    Every filter counts but the facet's own: so one sees what else could have been chosen.
    """
    counts: dict[Facet, list[FacetCount]] = {facet: [] for facet in Facet}
    values = question_values(organisation_id, asked, filters=filters) | {"most_values": MOST_VALUES}
    with connection.cursor() as cursor:
        cursor.execute(filters.readable.put_into(_COUNT), values)
        for facet, *told in cursor.fetchall():
            counts[Facet(facet)].append(FacetCount(*told))
    return counts


_MISSED = ", ".join(f"CASE WHEN NOT {fits} THEN '{facet}' END" for facet, fits in FITS.items())

# By facet: what is one value, however it is written, and how it is shown.
_VALUES = {
    Facet.MAKE: ("lower(make)", "min(make)"),
    Facet.MODEL: ("model_code", "min(model)"),
    Facet.CODE: ("code", "code"),
    Facet.SITE_ID: ("coalesce(site_id::text, '')", "site_id::text"),
    Facet.OUTCOME: ("outcome", "outcome"),
    Facet.LANGUAGE: ("language", "language"),
    Facet.HELD: ("CASE WHEN is_held THEN 'true' ELSE '' END", "'true'"),
}


def _count_of(facet: Facet) -> str:
    key, value = _VALUES[facet]
    source = "found, unnest(languages) AS language" if facet is Facet.LANGUAGE else "found"
    grouped = f"{key}, site_id" if facet is Facet.SITE_ID else key
    return f"""
    (SELECT '{facet}' AS facet, {value} AS value, count(*) AS count
     FROM {source} WHERE {key} <> '' AND missed <@ '{{{facet}}}'
     GROUP BY {grouped} ORDER BY count DESC, value LIMIT %(most_values)s)
    """  # noqa: S608 - made of constants


_COUNT = f"""
WITH {SEEDED}, found AS MATERIALIZED (
    SELECT make, model, model_code, code, site_id, is_held, languages, {OUTCOME} AS outcome,
           array_remove(ARRAY[{_MISSED}]::text[], NULL) AS missed
    FROM {SEEDED_SUBJECTS}
    WHERE {MAY_BE_FOUND}
), counted AS (
    {" UNION ALL ".join(_count_of(facet) for facet in Facet)}
)
SELECT facet, value, coalesce(site.name, value), count
FROM counted LEFT JOIN accounts_site AS site
     ON facet = 'site_id' AND site.id::text = value AND site.organisation_id = %(organisation)s
ORDER BY facet, count DESC, value
"""  # noqa: S608 - made of constants
