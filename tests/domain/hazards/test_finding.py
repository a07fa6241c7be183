"""Which words are hazardous, and which only look like it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from backend.domain.hazards.finding import Found, find_hazards, has_a_word, is_exception
from backend.domain.hazards.kinds import DEFAULT_PHRASES, HazardKind
from backend.domain.hazards.words import MAX_PHRASES


def kinds_in(text: str) -> set[str]:
    return {found.kind.value for found in find_hazards(text, DEFAULT_PHRASES)}


HAZARDOUS = """
electricity   Measure across the live terminals
electricity   Swap the fuse while live
electricity   Check it while it is live
electricity   I tightened it live when the customer would not switch off
electricity   Pull the plug when it's still live
electricity   You can work live on that board
electricity   Do it with the power still on
electricity   Keep hands off, it stays energised
electricity   Short the capacitor terminals
electricity   Mess die Klemmen unter Spannung
electricity   Das Teil ist spannungsführend
electricity   Mesurez sous tension
isolation     Just bridge the flow switch and see
isolation     I bridged out the safety
isolation     try bypassing the high pressure switch
isolation     BYPASS THE INTERLOCK
isolation     defeat the door switch
isolation     Put a jumper across the low water switch
isolation     Jump it out for now
isolation     loop the stat out
isolation     wedge the gate switch in
isolation     Do it without isolating it.
isolation     No need to isolate for that
isolation     You don't need to isolate it
isolation     Den Schalter kurz überbrücken
isolation     Sicherheitskette überbrücken
isolation     Die Sicherheitskette wurde überbrückt
isolation     Überbrück mal die Sicherheitskette
isolation     Überbrücken Sie kurz den Türschalter
isolation     Brücke den Druckwächter
isolation     Strömungswächter gebrückt, läuft
isolation     einfach ohne freizuschalten wechseln
isolation     shunter la sécurité
isolation     Shuntez le pressostat
isolation     pontez la sécurité
isolation     J'ai ponté le contact de porte
isolation     changez-la sans consigner
gas           there are gas leaks behind it
gas           it smells of gas
gas           Vent the refrigerant outside
gas           Es gibt Gasgeruch
gas           une fuite de gaz
pressure      crack the union
pressure      The line is still pressurised
pressure      Sicherheitsventile prüfen
heights       you need two ladders
heights       l'échelle
heights       Climb the mast with a meter
heights       get up on the flat roof
heights       Steig auf die Leiter
hot_work      I welded it
hot_work      brazing takes a minute
hot_work      ein Stück anschweißen
hot_work      soudez la patte
confined_space  go inside the tank
confined_space  steig in den Behälter
confined_space  descendre dans la cuve
moving_parts  Clean it while the fan is running
moving_parts  Take the guard off and look
moving_parts  reach into the chute
moving_parts  während die Maschine läuft
"""
HARMLESS = """
Ask in the live chat, terminals are listed there
It went live. Terminals are on page 3
Check the live data when the app is open
When you go live with the new program, tell us
Delivery is in three days
Prove that it is no longer live
Check that the relay coil is energised
The bridge to the plant room is closed. Switch shoes.
The ladder logic has a timer in it
Look at rung 12 of the ladder diagram
It runs along the cable ladder
The ceiling lads moved the hangers
The contacts have welded, change the contactor
contacts welded shut
Weld contactor drops out; check its coil
The network switch dropped the bridge
Bridge it to the second network, the switch is managed
Bridge both ports on the Ethernet switch
Suction's bridging in the hopper
The bypass valve sensor reads low
Thermostat's stuck in bypass
Never bridge the flow switch
Do not bypass the interlock
Don't jump it out
Den Schalter niemals überbrücken
Ne jamais shunter la sécurité
a bladder tank
The gasket is worn
Swap hot gas valve HG-12
Recover the refrigerant and weigh it in
Feel the gas section of the duct
seldom
Flow switch reads 0, pressure 3 bar
Lift the head pressure a touch
The isolating valve does not seal
Put the guard back
Never clean it while the belt is running
Le pont roulant est en sécurité
Der Leiter der Abteilung ruft an
Clean the strainer.
"""


class TestTheProductsPhrases:
    @pytest.mark.parametrize("line", HAZARDOUS.strip().splitlines())
    def test_are_found_in_their_inflections(self, line: str) -> None:
        kind, text = line.split(maxsplit=1)

        assert kinds_in(text) == {kind}

    @pytest.mark.parametrize("text", [*HARMLESS.strip().splitlines(), "", "… … …"])
    def test_are_not_found_in_what_is_harmless(self, text: str) -> None:
        assert kinds_in(text) == set()

    def test_cover_few_of_the_answers_that_peers_gave(self) -> None:
        lines = Path("bench/data/faulttalk-dev.jsonl").read_text(encoding="utf-8").splitlines()
        answers = [answer["text"] for line in lines for answer in json.loads(line)["suggestions"]]

        covered = [text for text in answers if kinds_in(text)]

        # Read one by one: a test under pressure, a safety valve, a dip in a running pump, a mast to climb.
        assert (len(answers), len(covered)) == (231, 4)

    def test_begin_and_end_with_a_word_each(self) -> None:
        assert [phrase for listed in DEFAULT_PHRASES.values() for phrase in listed if not has_a_word(phrase)] == []

    def test_are_found_as_they_are_written(self) -> None:
        for kind, listed in DEFAULT_PHRASES.items():
            for phrase in (phrase for phrase in listed if not is_exception(phrase)):
                written = phrase.replace("… ", "").replace("*", "")
                assert kind in {found.kind for found in find_hazards(written, DEFAULT_PHRASES)}, phrase

    def test_are_few_enough_to_be_changed_by_a_curator(self) -> None:
        assert max(map(len, DEFAULT_PHRASES.values())) <= MAX_PHRASES

    def test_that_are_exceptions_uncover_only_what_they_overlap(self) -> None:
        assert kinds_in("As the ladder logic says: climb the ladder") == {"heights"}


class TestPlaces:
    def test_are_those_of_the_text_as_it_is_written(self) -> None:
        text = "Zuerst: “bridge  the safety”, dann prüfen 💧 and weld."

        found = find_hazards(text, DEFAULT_PHRASES)

        assert found == [
            Found(HazardKind.ISOLATION, "bridge  the safety", 9, 27),
            Found(HazardKind.HOT_WORK, "weld", 48, 52),
        ]
        assert [text[one.start : one.end] for one in found] == ["bridge  the safety", "weld"]

    def test_of_letters_with_loose_accents_are_found(self) -> None:
        assert kinds_in("l'e\u0301chelle") == {"heights"}

    def test_that_overlap_are_one(self) -> None:
        phrases = {HazardKind.GAS: ("gas valve", "valve leak")}

        assert [found.said for found in find_hazards("a gas valve leak", phrases)] == ["gas valve leak"]


class TestAGap:
    def test_takes_three_words_and_not_four(self) -> None:
        phrases = {HazardKind.ISOLATION: ("bridge … switch",)}

        assert len(find_hazards("bridge one two three switch", phrases)) == 1
        assert find_hazards("bridge one two three four switch", phrases) == []

    def test_does_not_reach_into_the_next_sentence(self) -> None:
        assert find_hazards("bridge it. Switch off", {HazardKind.ISOLATION: ("bridge … switch",)}) == []

    @pytest.mark.parametrize("phrase", ["", "…", "… switch", "bridge …", "!", "the"])
    def test_has_a_word_before_and_behind(self, phrase: str) -> None:
        assert not has_a_word(phrase)
