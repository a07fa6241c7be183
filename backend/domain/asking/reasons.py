"""Why you: the sentence that makes a push worth reading, in the language of who reads it."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext, gettext_noop, ngettext

from backend.domain.accounts.languages import in_their_language
from backend.domain.accounts.models import Person
from backend.domain.asking.ladder import Audience
from backend.domain.asking.models import AskRound, VerifiedFix
from backend.domain.asking.scoring import Features

MOST_LETTERS: Final = 200  # that `Ask.reason` takes
_OF_NAMED = {
    Audience.DUTY_EXPERT: gettext_noop("you are the expert on duty and nobody has answered yet"),
    Audience.CHAMPION: gettext_noop("you are the community's champion and nobody has answered yet"),
    Audience.SUPERVISOR: gettext_noop("you are the supervisor and nobody has answered yet"),
    Audience.GAP_LIST: gettext_noop("everybody who could know was asked, and nobody has answered"),
}


def reason_for(person: Person, features: Features, fixes: list[VerifiedFix], round_: AskRound) -> str:
    """Return the strongest true reason, addressed to the person asked. `fixes`: theirs that matter, oldest first."""
    with in_their_language(person.language):
        return _cut(_strongest(features, fixes, round_))


def named_reason(person: Person, audience: Audience) -> str:
    """Return why it is this person whom a rung names, or whom a thread comes to that nobody answered."""
    with in_their_language(person.language):
        return gettext(_OF_NAMED[audience])


def exploring_reason(person: Person) -> str:
    """Return why somebody is asked of whom nothing is known yet."""
    with in_their_language(person.language):
        return gettext("you work with this kind of kit, and nobody has seen yet what you know of it")


def referral_reason(person: Person, *, referrer_name: str) -> str:
    """Return why somebody is asked whom a colleague named."""
    with in_their_language(person.language):
        return _cut(gettext("%(name)s thinks you know this") % {"name": referrer_name.split(maxsplit=1)[0]})


def _strongest(features: Features, fixes: list[VerifiedFix], round_: AskRound) -> str:
    asset = round_.asset
    family = {"family": asset.asset_model.family}
    if features.fixed_same_code and round_.fault_code:
        return _fixed_code(len(fixes), round_)
    if features.fixed_same_model:
        return _fixed_model(len(fixes), round_)
    if features.was_last_on_asset:
        return gettext("you were the last to fix %(tag)s") % {"tag": asset.tag}
    if features.fixed_same_family:
        return gettext("you fixed a similar machine, the %(model)s") % {"model": fixes[-1].asset_model}
    if features.is_certified or features.has_skill:
        said = _certified() if features.is_certified else gettext("you know %(family)ss")
        return said % family
    if features.referred_to:
        return gettext("a colleague thinks that you know %(family)ss") % family
    if features.shares_site:
        return gettext("you work at %(site)s") % {"site": asset.site.name}
    return gettext("the people who know this kit best have not answered yet")


def _fixed_code(count: int, round_: AskRound) -> str:
    fixed = ngettext(
        "you fixed %(code)s on the %(model)s before", "you fixed %(code)s on the %(model)s %(count)d times", count
    )
    return fixed % {"code": round_.fault_code, "model": round_.asset.asset_model, "count": count}


def _fixed_model(count: int, round_: AskRound) -> str:
    fixed = ngettext("you fixed a %(model)s before", "you fixed a %(model)s %(count)d times", count)
    return fixed % {"model": round_.asset.asset_model, "count": count}


def _certified() -> str:
    return gettext("you are certified for %(family)ss")


def _cut(reason: str) -> str:
    """A maker's and a model's name may fill the column by themselves."""
    return reason if len(reason) <= MOST_LETTERS else f"{reason[: MOST_LETTERS - 1]}…"
