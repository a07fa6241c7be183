"""Who may do what with a how-to, in which state: one table, which the operations ask and a test walks."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from backend.domain.actor import Actor, Role
from backend.domain.errors import IllegalMove, NotAllowed
from backend.domain.howtos.models import HowTo, HowToVersion
from backend.domain.howtos.states import Confidence
from backend.domain.saying import said
from backend.domain.state_words import state_in_words


class Action(StrEnum):
    """Each is one operation."""

    READ = "read"
    USE = "use"
    EDIT = "edit"
    SUBMIT = "submit"
    SEND_BACK = "send_back"
    APPROVE = "approve"
    RELEASE = "release"
    START_VERSION = "start_version"
    TRANSLATE = "translate"
    VALIDATE = "validate"
    RETIRE = "retire"
    SUCCEED = "succeed"  # supersede it by another, or mark it as a duplicate of another
    ARCHIVE = "archive"
    BRING_BACK = "bring_back"
    ARRANGE = "arrange"  # owner, governance, certification


_IN_WORDS: Final = {
    Action.READ: said("read"),
    Action.USE: said("use"),
    Action.EDIT: said("edit"),
    Action.SUBMIT: said("submit"),
    Action.SEND_BACK: said("send back"),
    Action.APPROVE: said("approve"),
    Action.RELEASE: said("release"),
    Action.START_VERSION: said("start version"),
    Action.TRANSLATE: said("translate"),
    Action.VALIDATE: said("validate"),
    Action.RETIRE: said("retire"),
    Action.SUCCEED: said("succeed"),
    Action.ARCHIVE: said("archive"),
    Action.BRING_BACK: said("bring back"),
    Action.ARRANGE: said("arrange"),
}


class Standing(StrEnum):
    """The publication of the version that an action is about; of an archived how-to, that."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    RELEASED = "released"
    SUPERSEDED = "superseded"
    RETIRED = "retired"
    ARCHIVED = "archived"


# Who: `all` everybody, `cur` supervisors, curators and admins, `-` nobody. Read, use, release, approve, translate and
# retire are about the version that is named; the others are about the newest of the original.
_TABLE: Final = """
                draft  in_review  released  superseded  retired  archived
read            cur    cur        all       cur         cur      cur
use             -      -          all       all         all      all
edit            cur    -          -         -           -        -
submit          cur    cur        -         -           -        -
send_back       -      cur        -         -           -        -
approve         -      cur        -         -           -        -
release         cur    cur        cur       -           -        -
start_version   cur    cur        cur       cur         cur      -
translate       -      -          cur       -           -        -
validate        -      -          cur       -           -        -
retire          -      -          cur       -           cur      -
succeed         cur    cur        cur       cur         cur      cur
archive         cur    cur        cur       cur         cur      cur
bring_back      cur    cur        cur       cur         cur      cur
arrange         cur    cur        cur       cur         cur      -
"""
_EVERYBODY: Final = frozenset(Role)
_CURATORS: Final = frozenset({Role.SUPERVISOR, Role.CURATOR, Role.ADMIN})
_WHO: Final = {"all": _EVERYBODY, "cur": _CURATORS, "-": frozenset[Role]()}


def _read_table() -> dict[tuple[Action, Standing], frozenset[Role]]:
    head, *rows = (line.split() for line in _TABLE.strip().splitlines())
    return {
        (Action(row[0]), Standing(standing)): _WHO[who]
        for row in rows
        for standing, who in zip(head, row[1:], strict=True)
    }


PERMISSIONS: Final = _read_table()


def standing_of(howto: HowTo, version: HowToVersion) -> Standing:
    """Return the state that counts for what is done with `version`."""
    return Standing.ARCHIVED if howto.confidence == Confidence.ARCHIVED else Standing(version.publication)


def allowed_actions(actor: Actor, howto: HowTo, version: HowToVersion) -> frozenset[Action]:
    """Return what the table has for the actor's role in the state of `version`. An operation may still refuse it."""
    standing = standing_of(howto, version)
    return frozenset(action for action in Action if actor.role in PERMISSIONS[action, standing])


def require_role(actor: Actor, action: Action) -> None:
    """
    Let the actor pass if their role may do `action` in any state: asked before anything is looked up.

    :raises NotAllowed: it may in none.
    """
    if not any(actor.role in PERMISSIONS[action, standing] for standing in Standing):
        raise NotAllowed("Only a curator or supervisor may do this.")


def require(actor: Actor, action: Action, howto: HowTo, version: HowToVersion) -> None:
    """
    Let the actor pass if the table has `action` for their role in the state of `version`.

    :raises NotAllowed: their role may do it in no state.
    :raises IllegalMove: not in this state; `allowed` lists what they may do instead.
    """
    require_role(actor, action)
    standing = standing_of(howto, version)
    if actor.role in PERMISSIONS[action, standing]:
        return
    allowed = sorted(other.value for other in Action if actor.role in PERMISSIONS[other, standing])
    detail = said("It is %(state)s: it takes no %(act)s.", state=state_in_words(standing), act=_IN_WORDS[action])
    raise IllegalMove(detail, state=standing.value, allowed=allowed)
