"""
Typing errors: words that nobody here ever used, one slip away from a word that somebody did.

No trigrams (docs/adr/0026-typing-errors.md): every text that one slip could have come from is made, stemmed, and looked
up among the terms that the organisation's subjects hold (P. Norvig, How to Write a Spelling Corrector, 2007). A slip is
a letter too many, too few or wrong, or two neighbours swapped: Damerau–Levenshtein distance 1 in its restricted form.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from string import ascii_lowercase, ascii_uppercase, digits
from typing import Any
from uuid import UUID

from django.db import connection

SHORTEST_WORD = 4
SHORTEST_CODE = 3
MOST_WORDS = 4  # of one question: each is looked up some 500 times
MOST_OFFERED = 3  # for one code

_ALPHABETS = {
    "danish": "æøå", "finnish": "äö", "french": "àâçèéêëîïôùûœ", "german": "äöüß", "italian": "àèéìòù",
    "norwegian": "æøå", "portuguese": "ãáâàçéêíõóôú", "spanish": "áéíñóúü", "swedish": "åäö",
}  # fmt: skip
_CODE_LETTERS = ascii_uppercase + digits


@dataclass(frozen=True)
class Respelt:
    """What was `asked`, and what is `used`, or could be, instead of it."""

    asked: str
    used: str


@dataclass(frozen=True)
class Spelling:
    """`read_as`: words that are read as others. `offered`: codes that might have been meant; they are never changed."""

    read_as: tuple[Respelt, ...] = ()
    offered: tuple[Respelt, ...] = ()


AS_ASKED = Spelling()


def respell(organisation_id: UUID, *, words: Sequence[str], codes: Sequence[str], configuration: str) -> Spelling:
    """
    Return what these words, which no subject holds, are one slip away from, and these normalised codes.

    Of several the one with the same first letter, then the one that most subjects hold. Left alone are short words,
    those with a digit, and those of a nickname. One query, none when there is nothing to try.
    """
    tried = [word for word in words if len(word) >= SHORTEST_WORD and word.isalpha()][:MOST_WORDS]
    coded = [code for code in codes if len(code) >= SHORTEST_CODE][:MOST_WORDS]
    if not tried and not coded:
        return AS_ASKED
    letters = ascii_lowercase + _ALPHABETS.get(configuration, "")
    word_slips = [(word, slip) for word in tried for slip in slips(word, letters)]
    code_slips = [(code, slip) for code in coded for slip in slips(code, _CODE_LETTERS)]
    values: dict[str, Any] = {
        "organisation": organisation_id,
        "configuration": configuration,
        "words": [word for word, _ in word_slips],
        "words_slips": [slip for _, slip in word_slips],
        "codes": [code for code, _ in code_slips],
        "codes_slips": [slip for _, slip in code_slips],
        "most_offered": MOST_OFFERED,
    }
    with connection.cursor() as cursor:
        cursor.execute(_LOOK_UP, values)
        found = [(is_code, Respelt(asked, used)) for is_code, asked, used in cursor.fetchall()]
    return Spelling(
        read_as=tuple(each for is_code, each in found if not is_code),
        offered=tuple(each for is_code, each in found if is_code),
    )


def put_right(words: str, read_as: Iterable[Respelt]) -> str:
    """Return `words` with what is read as something else in its place."""
    for each in read_as:
        words = re.sub(rf"\b{re.escape(each.asked)}\b", each.used, words, flags=re.IGNORECASE)
    return words


def slips(text: str, letters: str) -> Iterator[str]:
    """Yield every other text that is one slip away from `text`, the likeliest slips first, some more than once."""
    cuts = [(text[:place], text[place:]) for place in range(len(text) + 1)]
    yield from (head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1 and tail[0] != tail[1])
    yield from (head + tail[1:] for head, tail in cuts if tail)
    yield from (head + letter + tail for head, tail in cuts for letter in letters)
    yield from (head + letter + tail[1:] for head, tail in cuts if tail for letter in letters if letter != tail[0])


_LOOK_UP = """
WITH tried AS (
    SELECT false AS is_code, asked, slip, place, stem.lexeme AS term
    FROM unnest(%(words)s::text[], %(words_slips)s::text[]) WITH ORDINALITY AS word(asked, slip, place),
         unnest(to_tsvector(%(configuration)s::regconfig, slip)) AS stem
    WHERE NOT EXISTS (
        SELECT FROM search_nickname
        WHERE organisation_id = %(organisation)s AND strpos(said_words || means_words, ' ' || asked || ' ') > 0)
    UNION ALL
    SELECT true, asked, slip, place, '#' || slip
    FROM unnest(%(codes)s::text[], %(codes_slips)s::text[]) WITH ORDINALITY AS code(asked, slip, place)
), term AS MATERIALIZED (
    SELECT DISTINCT term FROM tried
), changed AS (
    SELECT change.term, sum(change.difference) AS difference
    FROM search_statisticschange AS waiting, unnest(waiting.terms, waiting.differences) AS change(term, difference)
    WHERE organisation_id = %(organisation)s GROUP BY change.term
), held AS (
    SELECT term.term, coalesce(counted.subjects_count, 0) + coalesce(changed.difference, 0) AS subjects_count
    FROM term LEFT JOIN LATERAL (
        SELECT subjects_count FROM search_termcount
        WHERE organisation_id = %(organisation)s AND search_termcount.term = term.term
        OFFSET 0  -- looked up one by one: the planner would read the whole vocabulary
    ) AS counted ON true LEFT JOIN changed USING (term)
    WHERE coalesce(counted.subjects_count, 0) + coalesce(changed.difference, 0) > 0
), best AS (
    SELECT DISTINCT ON (is_code, asked, term) is_code, asked, slip, place, subjects_count,
           left(slip, 1) = left(asked, 1) AS begins_alike
    FROM tried JOIN held USING (term)
    ORDER BY is_code, asked, term, left(slip, 1) = left(asked, 1) DESC, place
), ranked AS (
    SELECT *, row_number() OVER (
        PARTITION BY is_code, asked ORDER BY begins_alike DESC, subjects_count DESC, place) AS nth
    FROM best
)
SELECT is_code, asked, slip FROM ranked WHERE nth <= CASE WHEN is_code THEN %(most_offered)s ELSE 1 END
ORDER BY is_code, asked, nth
"""
