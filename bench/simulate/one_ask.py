"""One ask of the month, followed from the first push to the first answer."""

from __future__ import annotations

from dataclasses import dataclass

from bench.simulate.arms import WAVES, Month
from bench.simulate.community import SEEN, Answer, Deed, Push
from bench.simulate.world import Fault

_HALF_AN_HOUR_S = 1800.0
_WAVE_WORTH = 3  # a second wave shows more than one more button


@dataclass(frozen=True)
class OneAsk:
    """What happened until the first answer. Times of its methods are minutes since the ask."""

    began: float  # seconds since the month began
    pushes: list[Push]
    deeds: list[Deed]
    answer: Answer

    @property
    def end(self) -> float:
        return self.minutes(self.answer.seconds)

    def minutes(self, seconds: float) -> float:
        return (seconds - self.began) / 60

    def row(self, person: int) -> int:
        """Return the place of this person among the pushed; below them all for somebody who had none."""
        rows = {push.person: row for row, push in enumerate(self.pushes)}
        return rows.get(person, len(rows))

    def left_at(self, person: int) -> float:
        """Return until when the push stood on their phone."""
        gone = [deed.seconds for deed in self.deeds if deed.person == person and deed.what not in {SEEN, "claimed"}]
        return min(self.end, *(self.minutes(at) for at in gone)) if gone else self.end

    @property
    def worth(self) -> int:
        """Return how much a picture of it would show."""
        waves = {push.seconds for push in self.pushes}
        return len({deed.what for deed in self.deeds}) + _WAVE_WORTH * min(2, len(waves))


def telling_ask(month: Month) -> OneAsk:
    """Return the ask that shows most: several waves, buttons pressed, a useful answer within half an hour."""
    followed = [one for fault in month.world.faults if (one := _follow(month, fault)) is not None]
    if not followed:
        raise ValueError("No ask of this month was answered within half an hour: simulate a longer one.")
    return max(followed, key=lambda one: one.worth)


def _follow(month: Month, fault: Fault) -> OneAsk | None:
    record = month.records[WAVES]
    began = (fault.at - month.world.parameters.starts_at).total_seconds()
    answer = next((one for one in record.answers if one.fault == fault.index), None)
    if answer is None or not answer.is_useful or answer.seconds > began + _HALF_AN_HOUR_S:
        return None
    pushes = [push for push in record.pushes if push.fault == fault.index and push.seconds <= answer.seconds]
    pushed = {push.person for push in pushes}
    deeds = [
        deed
        for deed in record.deeds
        if deed.fault == fault.index and deed.seconds <= answer.seconds and deed.person in pushed
    ]
    return OneAsk(began, pushes, deeds, answer)
