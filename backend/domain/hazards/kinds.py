"""The kinds of hazards, and the words that the product begins with for each; an organisation may have its own."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from enum import StrEnum
from itertools import product
from typing import Final

from backend.domain.saying import Said, said


class HazardKind(StrEnum):
    ELECTRICITY = "electricity"
    ISOLATION = "isolation"
    GAS = "gas"
    PRESSURE = "pressure"
    HEIGHTS = "heights"
    HOT_WORK = "hot_work"
    CONFINED_SPACE = "confined_space"
    MOVING_PARTS = "moving_parts"


IN_WORDS: Final = {
    HazardKind.ELECTRICITY: said("electricity"),
    HazardKind.ISOLATION: said("isolation"),
    HazardKind.GAS: said("gas"),
    HazardKind.PRESSURE: said("pressure"),
    HazardKind.HEIGHTS: said("heights"),
    HazardKind.HOT_WORK: said("hot work"),
    HazardKind.CONFINED_SPACE: said("a confined space"),
    HazardKind.MOVING_PARTS: said("moving parts"),
}


def hazards_in_words(kinds: Collection[str]) -> list[Said]:
    """Return what each of these kinds is called within a sentence."""
    return [IN_WORDS[HazardKind(kind)] for kind in kinds]


_FRENCH_BRIDGING = ("ponter", "pontez", "ponté", "shunter", "shuntez", "shunté", "court circuiter", "court circuitez")


def _each(verbs: Iterable[str], things: Iterable[str]) -> tuple[str, ...]:
    """Return a phrase for each verb with each thing, up to three words apart."""
    return tuple(f"{verb} … {thing}" for verb, thing in product(verbs, things))


# Phrases, not words that every second thread holds: "live" alone would cover "live chat", "pressure" every gauge.
# `…` stands for up to three other words, `*` for the rest of a word; what begins with `-` is harmless. See `finding`.
DEFAULT_PHRASES: dict[HazardKind, tuple[str, ...]] = {
    HazardKind.ELECTRICITY: (
        *("live terminal", "live wire", "live cable", "live part", "live busbar", "live panel", "live conductor"),
        *("live side", "live end", "live supply", "live circuit", "live work", "work live", "work … live"),
        *("while live", "while … live", "live while", "live when", "when … live", "still live", "keep … live"),
        *("leave … live", "test … live", "with power on", "with the power still on", "without switching … off"),
        *("energised", "energized", "short … terminals", "discharge … capacitor", "megger", "high voltage", "400 V"),
        *("unter Spannung", "Hochspannung", "spannungsführend*", "sous tension", "haute tension"),
        *(
            "-go live",
            "-went live",
            "-live chat",
            "-live data",
            "-live view",
            "-live reading",
            "-live value",
            "-live feed",
        ),
        *("-live video", "-live stream", "-live picture", "-not energised", "-not energized", "-no longer live"),
        *("-coil … energised", "-relay … energised", "-high voltage alarm", "-nicht unter Spannung"),
    ),
    HazardKind.ISOLATION: (
        *_each(
            ("bridge", "bypass", "defeat", "override", "jumper", "short"),
            ("safety", "switch", "interlock", "limit", "stat", "stop"),
        ),
        *_each(("tape", "tie", "wedge", "strap"), ("switch", "interlock")),
        *_each(("bridge", "jumper", "hold in"), ("contact",)),
        *_each(("bypass", "override"), ("sensor",)),
        *_each(("jump", "link", "loop"), ("out",)),
        *("without isolating", "without isolation", "without locking", "no need … isolate", "not need … isolate"),
        *("don t need … isolate", "don t bother … isolating", "remove … lockout"),
        *_each(("Sicherheit*", "*schalter", "*wächter", "*kontakt"), ("brück*", "überbrück*", "gebrückt")),
        *_each(("brück*", "überbrück*"), ("Sicherheit*", "*schalter", "*wächter", "*kontakt")),
        *("ohne freizuschalten", "ohne … freizuschalten", "nicht freischalten", "ohne Freischaltung"),
        *_each(_FRENCH_BRIDGING, ("sécurité", "contact", "pressostat", "fin de course")),
        *("sans consigner", "sans consignation", "sans … consigner"),
        *("-bridge … network", "-network switch", "-Ethernet switch", "-managed switch", "-wheatstone bridge"),
        *("-bypass valve", "-bypass line", "-bypass damper", "-pont roulant", "-bridge rectifier"),
        *_each(("-never", "-do not", "-don t"), ("bridge", "bypass", "defeat", "override", "jumper", "loop", "jump")),
        *("-nie … überbrück*", "-niemals … überbrück*", "-nicht überbrück*"),
        *(f"-{never} {verb}" for never in ("ne jamais", "ne pas", "jamais") for verb in _FRENCH_BRIDGING),
        *(f"-ne {verb} pas" for verb in _FRENCH_BRIDGING),
    ),
    HazardKind.GAS: (
        *("gas leak", "leak … gas", "smell … gas", "gas valve", "vent … refrigerant", "release … refrigerant"),
        *("vent … gas", "refrigerant leak", "ammonia", "propane", "R290", "carbon monoxide", "Gasleck"),
        *("Gasgeruch", "fuite … gaz", "odeur … gaz", "hydrogen sulphide", "hydrogen sulfide"),
        "-hot gas valve",
    ),
    HazardKind.PRESSURE: (
        *("under pressure", "pressure test", "relief valve", "safety valve", "crack … fitting", "crack … flange"),
        *("crack … union", "crack … open", "nitrogen cylinder", "hydraulic accumulator", "still pressurised"),
        *("still pressurized", "unter Druck", "Sicherheitsventil*", "sous pression", "soupape … sécurité"),
        *("-low pressure test", "-differential pressure test"),
    ),
    HazardKind.HEIGHTS: (
        *("ladder", "scaffold", "scaffolding", "cherry picker", "scissor lift", "on the roof", "onto the roof"),
        *("up on … roof", "harness … roof", "fragile roof", "climb it", "climb … mast", "climb … tower"),
        *("climb … pole", "climb up", "Leiter … steigen", "auf … Leiter", "steig* … Leiter", "auf dem Dach"),
        *("aufs Dach", "sur … toit", "échelle"),
        *("-ladder logic", "-ladder diagram", "-ladder program", "-ladder rung", "-ladder network", "-ladder code"),
        *("-cable ladder", "-safety ladder", "-grande échelle", "-échelle de temps"),
    ),
    HazardKind.HOT_WORK: (
        *("weld", "braze", "blowtorch", "blow torch", "cutting torch", "angle grinder", "schweiß*", "*schweißen"),
        *("hartlöten", "souder", "soudez", "soudure", "chalumeau"),
        *("-contact weld", "-contact … weld", "-weld contact", "-weld shut", "-weld closed", "-weld relay"),
        *("-weld contactor", "-spot weld", "-weld seam", "-weld nut", "-weld program", "-contact soude"),
    ),
    HazardKind.CONFINED_SPACE: (
        *("confined space", "inside the tank", "inside the vessel", "inside the silo", "enter … tank"),
        *("enter … vessel", "enter … silo", "climb into … tank", "climb into … vessel", "go into … tank"),
        *("engen Raum", "im Behälter", "in den Behälter", "in den Kessel", "espace confiné", "dans la cuve"),
    ),
    HazardKind.MOVING_PARTS: (
        *("guard off", "guard … off", "remove … guard", "without the guard", "while … running", "while … turning"),
        *("while … moving", "reach into", "by hand … belt", "bei laufend*", "während … läuft"),
        *("ohne Schutzhaube", "ohne Abdeckung", "sans carter", "en marche … main", "pendant qu … tourne"),
        *("-not … while … running", "-never … while … running", "-refit … guard", "-put … guard"),
    ),
}
