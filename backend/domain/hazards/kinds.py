"""The kinds of hazards, and the words that the product begins with for each; an organisation may have its own."""

from __future__ import annotations

from enum import StrEnum


class HazardKind(StrEnum):
    ELECTRICITY = "electricity"
    ISOLATION = "isolation"
    GAS = "gas"
    PRESSURE = "pressure"
    HEIGHTS = "heights"
    HOT_WORK = "hot_work"
    CONFINED_SPACE = "confined_space"
    MOVING_PARTS = "moving_parts"


# Phrases, not words that every second thread holds: "live" alone would cover "live chat", "pressure" every gauge.
# `…` stands for up to three other words. See `finding`.
DEFAULT_PHRASES: dict[HazardKind, tuple[str, ...]] = {
    HazardKind.ELECTRICITY: (
        "live terminal",
        "live wire",
        "live cable",
        "live part",
        "live busbar",
        "live panel",
        "work live",
        "while energised",
        "while energized",
        "short … terminals",
        "discharge … capacitor",
        "megger",
        "high voltage",
        "400 V",
        "unter Spannung",
        "Hochspannung",
        "sous tension",
        "haute tension",
    ),
    HazardKind.ISOLATION: (
        "bridge … safety",
        "bridge … switch",
        "bridge … interlock",
        "bypass … safety",
        "bypass … switch",
        "bypass … interlock",
        "defeat … interlock",
        "defeat … switch",
        "override … safety",
        "override … interlock",
        "jumper … switch",
        "jumper … safety",
        "jump out",
        "link out",
        "without isolating",
        "without isolation",
        "without locking",
        "no need to isolate",
        "remove … lockout",
        "Sicherheitskette … brücken",
        "Schalter … überbrücken",
        "Sicherheit … überbrücken",
        "ohne freizuschalten",
        "ponter … sécurité",
        "shunter … sécurité",
        "sans consigner",
        "sans consignation",
    ),
    HazardKind.GAS: (
        "gas leak",
        "smell of gas",
        "smell gas",
        "gas valve",
        "vent … refrigerant",
        "release … refrigerant",
        "refrigerant leak",
        "ammonia",
        "propane",
        "R290",
        "carbon monoxide",
        "Gasleck",
        "Gasgeruch",
        "fuite … gaz",
        "odeur … gaz",
    ),
    HazardKind.PRESSURE: (
        "under pressure",
        "pressure test",
        "relief valve",
        "safety valve",
        "crack … fitting",
        "crack … flange",
        "crack … union",
        "nitrogen cylinder",
        "hydraulic accumulator",
        "unter Druck",
        "Sicherheitsventil",
        "sous pression",
        "soupape … sécurité",
    ),
    HazardKind.HEIGHTS: (
        "ladder",
        "scaffold",
        "scaffolding",
        "cherry picker",
        "scissor lift",
        "on the roof",
        "harness … roof",
        "fragile roof",
        "Leiter … steigen",
        "auf dem Dach",
        "sur le toit",
        "échelle",
    ),
    HazardKind.HOT_WORK: (
        "weld",
        "braze",
        "blowtorch",
        "blow torch",
        "cutting torch",
        "angle grinder",
        "schweißen",
        "hartlöten",
        "souder",
        "chalumeau",
    ),
    HazardKind.CONFINED_SPACE: (
        "confined space",
        "inside the tank",
        "enter … tank",
        "enter … vessel",
        "climb into … tank",
        "engen Raum",
        "im Behälter",
        "espace confiné",
    ),
    HazardKind.MOVING_PARTS: (
        "guard off",
        "remove … guard",
        "without the guard",
        "while … running",
        "while … turning",
        "reach into",
        "by hand … belt",
        "bei laufender Maschine",
        "ohne Schutzhaube",
        "sans carter",
        "en marche … main",
    ),
}
