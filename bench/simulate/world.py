"""The people, the machines and the faults of one simulated month: the same for every arm, drawn from one seed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from random import Random

from bench.simulate.parameters import Parameters
from bench.simulate.shifts import Hours, Leave, Pattern, choose_pattern

# (time zone, how often a site stands there): a firm with its weight in Britain and hands in every part of the day.
_ZONES = (
    ("Europe/London", 4),
    ("America/New_York", 2),
    ("Europe/Berlin", 1),
    ("Asia/Singapore", 1),
)
_DUTY_TURNS_AMONG = 4
FAMILIES = ("air-cooled chiller", "boiler", "compressor", "packaging line", "fork-lift truck", "air handler")


@dataclass(frozen=True)
class Human:
    """One person. What they know of which fault is drawn by `World.knows` and told to no router."""

    index: int
    site: int
    zone: str
    pattern: Pattern
    leaves: tuple[Leave, ...]
    keeps_quiet_lunch: bool
    families: tuple[int, ...]
    declared: tuple[int, ...]  # families they say they know: skills to the product, tags to the peers
    seniority: float  # 0..1
    mutes: bool  # switches pushes off when there are too many
    hours: Hours = field(compare=False, repr=False)


@dataclass(frozen=True)
class Machine:
    index: int
    family: int
    model: int  # within the family, the commonest first
    site: int


@dataclass(frozen=True)
class Duty:
    """A day on which somebody answers for a family of machines, at any hour."""

    family: int
    person: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class OldFix:
    """A fault that was solved before the month: who knew, and whose machine ran again."""

    at: datetime
    knew: int
    learnt: int
    machine: Machine
    code: int


@dataclass(frozen=True)
class Fault:
    """One ask: somebody stands before a machine that shows a code (1 is the commonest of its model)."""

    index: int
    at: datetime
    asker: int
    machine: Machine
    code: int
    urgency: str

    @property
    def code_shown(self) -> str:
        return f"E{self.code}"


class World:
    """Everything that is drawn before the month begins."""

    def __init__(self, parameters: Parameters) -> None:
        self.parameters = parameters
        self.zones = _zones_of_sites(parameters)
        self.people = [self._human(index) for index in range(parameters.people)]
        self.machines = self._machines()
        self.history = self._history()
        self._learnt_before = {(fix.learnt, *_kind(fix.machine, fix.code)) for fix in self.history}
        self.duties = self._duties()
        self.faults = self._faults()

    def draws(self, *purpose: object) -> Random:
        """Return the random numbers of one purpose: the same in every arm, whatever was drawn elsewhere."""
        return Random("/".join(map(str, (self.parameters.seed, *purpose))))

    def now(self, seconds: float) -> datetime:
        return self.parameters.starts_at + timedelta(seconds=seconds)

    def works_on(self, human: Human, fault: Fault) -> bool:
        return fault.machine.family in human.families

    def knows(self, human: Human, machine: Machine, code: int) -> bool:
        """Return whether this person knew this fault when the month began: the same answer every time."""
        if (human.index, *_kind(machine, code)) in self._learnt_before:
            return True
        return self._knows_by_trade(human, machine, code)

    def _knows_by_trade(self, human: Human, machine: Machine, code: int) -> bool:
        draws = self.draws("knows", human.index, machine.family, machine.model, code)
        return draws.random() < self.expertise(human, machine.family, machine.model) * self._commonness(code)

    def expertise(self, human: Human, family: int, model: int) -> float:
        """Return the latent chance, 0..1, that this person knows the commonest fault of a model."""
        given = self.parameters
        if family not in human.families:
            return given.expertise_elsewhere
        span = given.expertise_highest - given.expertise_lowest
        of_the_model = self.draws("model", human.index, family, model).uniform(0.8, 1.0)
        return (given.expertise_lowest + span * human.seniority) * of_the_model

    def champions(self, family: int) -> list[int]:
        """Return who is known to know most of a family, the best first. They take turns on duty."""
        of_the_trade = [human for human in self.people if family in human.families]
        return [human.index for human in sorted(of_the_trade, key=lambda one: -one.seniority)][:_DUTY_TURNS_AMONG]

    def is_on_duty(self, person: int, at: datetime) -> bool:
        return any(starts_at <= at < ends_at for starts_at, ends_at in self._duty_of.get(person, ()))

    def is_at_work(self, person: int, at: datetime) -> bool:
        return self.people[person].hours.shift_at(at) is not None or self.is_on_duty(person, at)

    def may_be_pushed(self, person: int, at: datetime, *, is_safety: bool) -> bool:
        return self.is_at_work(person, at) and (is_safety or not self.people[person].hours.is_quiet(at))

    def work_began_at(self, person: int, at: datetime) -> datetime | None:
        """Return when the shift, else the day of duty, began that this person is on."""
        shift = self.people[person].hours.shift_at(at)
        duties = [span for span in self._duty_of.get(person, ()) if span[0] <= at < span[1]]
        return shift[0] if shift else min((starts_at for starts_at, _ in duties), default=None)

    def is_working_hours(self, fault: Fault) -> bool:
        """Return whether the ask came Monday to Friday, 08:00 to 17:00, where its asker works."""
        local = self.people[fault.asker].hours.local(fault.at)
        return local.weekday() < 5 and 8 <= local.hour < 17

    def patience(self, fault: Fault) -> timedelta:
        given = self.parameters
        return timedelta(hours=given.patience_can_wait_hours if fault.urgency == "can_wait" else given.patience_hours)

    def _commonness(self, code: int) -> float:
        share = (code - 1) / (self.parameters.codes_per_model - 1)
        return 1 - (1 - self.parameters.rarest_code_known) * share

    def _human(self, index: int) -> Human:
        given, draws = self.parameters, self.draws("human", index)
        site = index % len(self.zones)
        pattern, leaves = choose_pattern(draws), self._leaves(draws)
        quiet = draws.random() < given.quiet_share
        families = tuple(draws.sample(range(len(FAMILIES)), draws.randint(1, given.families_known_most)))
        first = given.starts_at.date()
        return Human(
            index=index,
            site=site,
            zone=self.zones[site],
            pattern=pattern,
            leaves=tuple(leaves),
            keeps_quiet_lunch=quiet,
            families=families,
            declared=tuple(one for one in families if draws.random() < given.declared_share),
            seniority=draws.betavariate(2.0, 2.5),
            mutes=draws.random() < given.mutes_share,
            hours=Hours(pattern, self.zones[site], leaves, quiet=quiet, first=first, days=given.days + 10),
        )

    def _leaves(self, draws: Random) -> list[Leave]:
        given = self.parameters
        if draws.random() >= given.leave_share:
            return []
        first = given.starts_at.date() + timedelta(days=draws.randrange(given.days))
        return [Leave(first, first + timedelta(days=draws.randint(0, 9)))]

    def _machines(self) -> list[Machine]:
        given, draws = self.parameters, self.draws("machines")
        models = range(given.models_per_family)
        shares = zipf(given.models_per_family, given.tail)
        return [
            Machine(index, draws.randrange(len(FAMILIES)), draws.choices(models, shares)[0], index % len(self.zones))
            for index in range(int(given.people * given.assets_per_person))
        ]

    @cached_property
    def _machines_at(self) -> dict[int, list[Machine]]:
        return {site: [one for one in self.machines if one.site == site] for site in range(len(self.zones))}

    def _history(self) -> list[OldFix]:
        """Return fixes of the time before: by people who knew, for people of the same sites who then knew too."""
        given, draws = self.parameters, self.draws("history")
        found = [self._old_fix(draws) for _ in range(round(given.people * given.fixes_per_person_before))]
        return sorted((one for one in found if one), key=lambda one: one.at)

    def _old_fix(self, draws: Random) -> OldFix | None:
        given = self.parameters
        machine, code = draws.choice(self.machines), self._draw_code(draws)
        at = given.starts_at - timedelta(days=draws.uniform(0, given.history_days))
        knowing = {human.index for human in self.people if self._knows_by_trade(human, machine, code)}
        stuck = [
            human.index
            for human in self.people
            if human.site == machine.site and machine.family in human.families and human.index not in knowing
        ]
        if not knowing or not stuck:
            return None
        return OldFix(at, draws.choice(sorted(knowing)), draws.choice(stuck), machine, code)

    def _duties(self) -> list[Duty]:
        """Return whole days of duty; the same person all week, then the next of the family's champions."""
        duties = []
        for family in range(len(FAMILIES)):
            champions = self.champions(family)
            for day in range(self.parameters.days + 7) if champions else ():
                begins = self.parameters.starts_at + timedelta(days=day)
                duties.append(Duty(family, champions[day // 7 % len(champions)], begins, begins + timedelta(days=1)))
        return duties

    @cached_property
    def _duty_of(self) -> dict[int, list[tuple[datetime, datetime]]]:
        turns: dict[int, list[tuple[datetime, datetime]]] = {}
        for duty in self.duties:
            turns.setdefault(duty.person, []).append((duty.starts_at, duty.ends_at))
        return turns

    def _draw_code(self, draws: Random) -> int:
        given = self.parameters
        return draws.choices(range(1, given.codes_per_model + 1), zipf(given.codes_per_model, given.tail))[0]

    def _faults(self) -> list[Fault]:
        given, draws = self.parameters, self.draws("faults")
        drawn = []
        for day in range(given.days):
            midnight = given.starts_at + timedelta(days=day)
            share = 1.0 if midnight.weekday() < 5 else given.weekend_share
            for _ in range(poisson(draws, given.people * given.asks_per_person_and_day * share)):
                found = self._fault(draws, midnight)
                drawn.extend([found] if found else [])
        drawn.sort(key=lambda one: one.at)
        return [Fault(index, one.at, one.asker, one.machine, one.code, one.urgency) for index, one in enumerate(drawn)]

    def _fault(self, draws: Random, midnight: datetime) -> Fault | None:
        """Return a fault that somebody meets at work on this day and cannot solve alone; None when nobody was there."""
        given = self.parameters
        for _ in range(2000):
            asker, at = draws.choice(self.people), midnight + timedelta(seconds=draws.uniform(0, 86400))
            machine = draws.choice(self._machines_at[asker.site])
            code = self._draw_code(draws)
            is_theirs = machine.family in asker.families or draws.random() < given.strange_machine_share
            if asker.hours.shift_at(at) and is_theirs and not self.knows(asker, machine, code):
                urgencies, shares = zip(*given.urgency_shares, strict=True)
                return Fault(0, at, asker.index, machine, code, draws.choices(urgencies, shares)[0])
        return None


def _kind(machine: Machine, code: int) -> tuple[int, int, int]:
    return machine.family, machine.model, code


def _zones_of_sites(parameters: Parameters) -> list[str]:
    count = max(3, round(parameters.people / parameters.people_per_site))
    spread = [zone for zone, weight in _ZONES for _ in range(weight)]
    # Every third one first, so that a small firm is in several zones too.
    return [spread[(index * 3) % len(spread)] for index in range(count)]


def zipf(count: int, tail: float) -> list[float]:
    """Return the weights of the 1st to the `count`-th commonest."""
    return [1 / rank**tail for rank in range(1, count + 1)]


def poisson(draws: Random, mean: float) -> int:
    """Return how many of many rare things happened, `mean` of them on average."""
    count, passed = 0, draws.expovariate(1.0)
    while passed < mean:
        count, passed = count + 1, passed + draws.expovariate(1.0)
    return count
