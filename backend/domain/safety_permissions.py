"""
Who may do what about safety, in which state: one table, which every operation asks. A test walks every cell with them.

docs/safety.md shows it as it stands here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.db.models import Q

from backend.domain.actor import Actor, Role
from backend.domain.errors import IllegalMove, NotAllowed
from backend.domain.saying import Said, said
from backend.domain.state_words import state_in_words


class Action(StrEnum):
    """Each is one operation; what it is done with stands before the dot."""

    READ_HAZARD_WORDS = "hazard_words.read"
    CHANGE_HAZARD_WORDS = "hazard_words.change"
    READ_CAUTION = "caution.read"
    SIGN_CAUTION = "caution.sign"
    CORRECT_SUGGESTION = "suggestion.correct"
    CORRECT_HOWTO = "howto_version.correct"
    WITHDRAW_CORRECTION = "correction.withdraw"
    READ_RECALL = "recall.read"
    ACKNOWLEDGE_RECALL = "recall.acknowledge"
    CLOSE_RECALL = "recall.close"
    READ_FLAG = "flag.read"
    RESOLVE_FLAG = "flag.resolve"


_VERBS: Final = {
    "read": said("read"),
    "change": said("change"),
    "sign": said("sign"),
    "correct": said("correct"),
    "withdraw": said("withdraw"),
    "acknowledge": said("acknowledge"),
    "close": said("close"),
    "resolve": said("resolve"),
}


class Tie(StrEnum):
    """What somebody may have to do with one thing, whatever their role."""

    CERTIFIED = "cert"  # today, for a hazard of it; to sign, for one that is open, in what somebody else said
    MADE = "made"  # they wrote it
    TOLD = "told"  # they were told of it
    DUE = "due"  # it waits for them


# `all` everybody, `cur` supervisors, curators and admins, a tie whoever has it, `-` nobody. Everybody flags anything.
TABLE: Final = """
hazard_words    listed
read            all
change          cur

caution         covered        signed         withdrawn
read            all            all            all
sign            cert           -              -

suggestion      plain          corrected      recalled
correct         cur+cert       cur+cert       cur+cert

howto_version   draft          in_review      released    superseded  retired
correct         -              -              cur+cert    -           -

correction      standing       withdrawn
withdraw        cur+made       -

recall          open           closed
read            cur            cur
acknowledge     told           told
close           cur            -

flag            open           upheld         dismissed
read            cur+made+due   cur+made       cur+made
resolve         cur+due        -              -
"""
_ROLES: Final = {"all": frozenset(Role), "cur": frozenset({Role.SUPERVISOR, Role.CURATOR, Role.ADMIN})}


@dataclass(frozen=True)
class Who:
    """Whoever has one of the roles, or one of the ties."""

    roles: frozenset[Role]
    ties: frozenset[Tie]


def _read_table() -> Iterator[tuple[tuple[Action, str], Who]]:
    for block in TABLE.strip().split("\n\n"):
        (thing, *states), *rows = (line.split() for line in block.splitlines())
        for verb, *cells in rows:
            for state, cell in zip(states, cells, strict=True):
                yield (Action(f"{thing}.{verb}"), state), _who(cell)


def _who(cell: str) -> Who:
    named = set(cell.split("+")) - {"-"}
    roles = frozenset(role for name in named & _ROLES.keys() for role in _ROLES[name])
    return Who(roles, frozenset(Tie(name) for name in named - _ROLES.keys()))


PERMISSIONS: Final = dict(_read_table())


def allows(actor: Actor, action: Action, state: str, *, ties: Collection[Tie] = ()) -> bool:
    """Return whether the table has `action` in this state for the actor's role, or for one of their ties."""
    who = PERMISSIONS[action, state]
    return actor.role in who.roles or not who.ties.isdisjoint(ties)


def rows_allowed(actor: Actor, action: Action, *, columns: Mapping[Tie, str]) -> Q:
    """
    Return which rows of a list the table allows, by their `status`; `columns` hold the person of each tie.

    A tie without a column counts for no row.
    """
    states = _states_of(action)
    allowed = Q(status__in=[state for state in states if allows(actor, action, state)])
    for tie, column in columns.items():
        tied = [state for state in states if tie in PERMISSIONS[action, state].ties]
        allowed |= Q(status__in=tied, **{column: actor.person_id})
    return allowed


def require(actor: Actor, action: Action, state: str, *, ties: Collection[Tie] = (), refusal: Said) -> None:
    """
    Let the actor pass if the table allows it.

    :raises NotAllowed: not to them, in any state; with `refusal`.
    :raises IllegalMove: not in this state; `allowed` lists those in which it is.
    """
    if allows(actor, action, state, ties=ties):
        return
    possible = [listed for listed in _states_of(action) if allows(actor, action, listed, ties=ties)]
    if not possible:
        raise NotAllowed(refusal)
    verb = _VERBS[action.split(".")[1]]
    detail = said("It is %(state)s: nobody can %(act)s it.", state=state_in_words(state), act=verb)
    raise IllegalMove(detail, state=state, allowed=possible)


def _states_of(action: Action) -> list[str]:
    return [state for of_action, state in PERMISSIONS if of_action is action]
