"""Why you: the sentence that makes a push worth reading."""

from __future__ import annotations

from backend.domain.asking.ladder import Audience
from backend.domain.asking.models import AskRound, VerifiedFix
from backend.domain.asking.scoring import Features

EXPLORING = "you work with this kind of kit, and nobody has seen yet what you know of it"
NAMED_REASONS = {
    Audience.DUTY_EXPERT: "you are the expert on duty and nobody has answered yet",
    Audience.CHAMPION: "you are the community's champion and nobody has answered yet",
    Audience.SUPERVISOR: "you are the supervisor and nobody has answered yet",
}
UNANSWERED_REASON = "everybody who could know was asked, and nobody has answered"


def reason_for(features: Features, fixes: list[VerifiedFix], round_: AskRound) -> str:
    """Return the strongest true reason, addressed to the person asked. `fixes`: theirs that matter, oldest first."""
    model = round_.asset.asset_model
    if features.fixed_same_code and round_.fault_code:
        return f"you fixed {round_.fault_code} on the {model} {_times(len(fixes))}"
    if features.fixed_same_model:
        return f"you fixed a {model} {_times(len(fixes))}"
    if features.was_last_on_asset:
        return f"you were the last to fix {round_.asset.tag}"
    if features.fixed_same_family:
        return f"you fixed a similar machine, the {fixes[-1].asset_model}"
    if features.is_certified or features.has_skill:
        return f"you {'are certified for' if features.is_certified else 'know'} {model.family}s"
    if features.referred_to:
        return f"a colleague thinks that you know {model.family}s"
    if features.shares_site:
        return f"you work at {round_.asset.site.name}"
    return "the people who know this kit best have not answered yet"


def referral_reason(referrer_name: str) -> str:
    """Return why somebody is asked whom a colleague named."""
    return f"{referrer_name.split(maxsplit=1)[0]} thinks you know this"


def _times(count: int) -> str:
    return "before" if count == 1 else f"{count} times"
