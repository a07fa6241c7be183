"""The phones of the demo people. Without Django, because those who play phones are outside."""

from __future__ import annotations

from dataclasses import dataclass

from backend.demo.sign_ins import SignIn, list_sign_ins

# Of every sort, so that each way of drawing a push is seen.
_SORTS = (("token", "android"), ("fid", "ios"), ("token", "web"))


@dataclass(frozen=True)
class DemoPhone:
    """One phone. `kind` and `address`: how FCM knows it; `platform`: android, ios or web."""

    kind: str
    address: str
    platform: str
    owner: SignIn


def list_phones() -> list[DemoPhone]:
    """Return one phone for everybody in the demo organisation."""
    phones = []
    for place, owner in enumerate(list_sign_ins()):
        kind, platform = _SORTS[place % len(_SORTS)]
        phones.append(DemoPhone(kind, f"demo-phone-of-{owner.address}", platform, owner))
    return phones
