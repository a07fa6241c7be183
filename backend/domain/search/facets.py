"""How many of what a question found have each fact: what it can be narrowed down by."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from backend.domain.search.asked import Asked
from backend.domain.search.narrowing import FITS, OUTCOME, Facet
from backend.domain.search.ranking import MAY_BE_FOUND, SEEDED, Filters, question_values

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
        cursor.execute(_COUNT, values)
        for facet, *told in cursor.fetchall():
            counts[Facet(facet)].append(FacetCount(*told))
    return counts


_MISSED = ", ".join(f"CASE WHEN NOT {fits} THEN '{facet}' END" for facet, fits in FITS.items())

_COUNT = f"""
WITH {SEEDED}, found AS (
    SELECT subject.*, {OUTCOME} AS outcome, array_remove(ARRAY[{_MISSED}]::text[], NULL) AS missed
    FROM seeded JOIN search_subject AS subject ON subject.id = seeded.subject_id
    WHERE {MAY_BE_FOUND}
), counted AS (
    SELECT facet, key, min(value) AS value, count(*) AS count,
           row_number() OVER (PARTITION BY facet ORDER BY count(*) DESC, key) AS place
    FROM found, LATERAL (
        VALUES ('make', lower(make), make), ('model', model_code, model), ('code', code, code),
               ('site_id', site_id::text, site_id::text), ('outcome', outcome, outcome),
               ('held', CASE WHEN is_held THEN 'true' END, 'true')
        UNION ALL SELECT 'language', language, language FROM unnest(languages) AS language
    ) AS fact(facet, key, value)
    WHERE key <> '' AND missed <@ ARRAY[facet]
    GROUP BY facet, key
)
SELECT facet, value, coalesce(site.name, value), count
FROM counted LEFT JOIN accounts_site AS site
     ON facet = 'site_id' AND site.id::text = value AND site.organisation_id = %(organisation)s
WHERE place <= %(most_values)s
ORDER BY facet, place
"""  # noqa: S608 - made of constants
