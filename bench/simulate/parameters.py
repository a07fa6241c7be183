"""
Every figure of the simulated world, with its source or its reason.

Sources, by short name:
Aardvark – Horowitz and Kamvar 2010, a service that routed questions to people: 87.7 % answered, 57 % of them within
  10 minutes, half within 6 min 37 s; seven answers in ten rated good, one in six bad.
Barron – Barron and Yechiam 2002: mail to one named person answered by 74 %, mail that lists five names by 50 %.
Darley – Darley and Latané 1968: 85 % of people helped when alone, 62 % when two, 31 % when five could.
Pielot – Pielot, Church and de Oliveira 2014, and Mehrotra and others 2016: pushes are looked at within minutes.
Field notes – over 2–5 pushes a week 37 % switch pushes off; first-time fix averages 75–80 %.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True)
class Parameters:
    """One world. Shares are 0..1, times in the unit of their name, `…_median_s` and `…_spread` of a log-normal."""

    seed: int = 5
    people: int = 200
    days: int = 30
    starts_at: datetime = datetime(2026, 3, 2, tzinfo=UTC)  # a Monday; New York and London change clocks in the month

    # What breaks. Aardvark: who asked at all, asked 3.1 times a month in the median. A first guess of 0.16 had no
    # source; docs/asking.md tells what such a busier time does.
    asks_per_person_and_day: float = 0.13
    weekend_share: float = 0.25  # of a working day's asks: only shift workers are there
    models_per_family: int = 4
    codes_per_model: int = 12
    tail: float = 1.0  # the k-th commonest model or code comes up in proportion to 1 / k^tail: a heavy tail (Zipf)
    strange_machine_share: float = 0.03  # people are sent to other trades' machines so much less; an ask in five
    people_per_site: int = 25
    assets_per_person: float = 2.0
    urgency_shares: tuple[tuple[str, float], ...] = (
        ("customer_waiting", 0.60),
        ("machine_down", 0.24),
        ("can_wait", 0.14),
        ("safety", 0.02),
    )

    # What people know. A first visit fixes 75–80 % (field notes), routine visits among them: of faults that show a code
    # somebody of the trade knows about two in three. What the asker knows is not asked.
    families_known_most: int = 2  # a person works on one or two families of machines
    expertise_lowest: float = 0.50  # chance to know the commonest fault of one's own family, as a beginner
    expertise_highest: float = 1.00  # … as the most senior
    expertise_elsewhere: float = 0.02  # … of a family one does not work on
    rarest_code_known: float = 0.50  # the rarest code is known by this share of those who know the commonest
    useful_when_known: float = 0.88  # Aardvark: one answer in six is bad, also from those who meant to know
    useful_when_guessed: float = 0.12

    # What the router is told before day 1; the rest it learns from fixes. Reason: people declare the obvious.
    declared_share: float = 0.7  # of the families that people work on, declared as skills (and followed as tags)
    history_days: int = 180
    fixes_per_person_before: float = 3.0  # verified fixes in those days: half a year of slow adoption

    # Seeing a push. Pielot: within minutes; gloves, noise and driving keep one in five from seeing it in time.
    sees_share: float = 0.80
    sees_median_s: float = 120.0
    sees_spread: float = 1.1
    busy_hour_sees: float = 0.75  # factor at shift change and job start (07–09 and 16–17 local)
    off_shift_sees: float = 0.35  # factor for people who are not at work
    off_shift_slower: float = 6.0
    inbox_share: float = 0.20  # looks into the app's inbox within the shift, without a push
    inbox_median_s: float = 2700.0

    # Answering what was seen, when asked alone. 0.80 × 0.85 = 0.68 of those who can: a little less than Barron's 0.74.
    answers_when_known: float = 0.85
    answers_when_of_the_trade: float = 0.12  # guesses
    answers_otherwise: float = 0.02
    writes_median_s: float = 150.0  # read, think, a line of text
    films_median_s: float = 300.0  # a clip or a voice note instead
    films_share: float = 0.3
    answer_spread: float = 0.8
    busy_hour_slower: float = 1.4
    claims_share: float = 0.6  # of those who film, say "I'm on it" first
    claim_broken_share: float = 0.08  # and then nothing comes
    finishes_share: float = 0.5  # somebody else answered while they wrote: sends it all the same

    # Declining by button, for those who saw it and do not answer.
    busy_share: float = 0.15
    refers_share: float = 0.10
    passes_share: float = 0.30
    not_my_kit_share: float = 0.30  # only of machines they do not work on

    # Diffusion of responsibility: of n who see that n were asked, n^-x of those who would answer alone do. Barron gives
    # 0.24. Darley would give 0.63 for a crowd: the same figure for both is kind to whoever asks many.
    diffusion_named: float = 0.24  # asked by name, told how many
    diffusion_group: float = 0.24  # a message to a group

    # Fatigue. Field notes; that they come back after a week is kind to whoever pushes much.
    mutes_share: float = 0.37
    mutes_above_per_week: int = 5
    muted_days: float = 7.0
    tired_above_per_day: int = 2
    tired_factor: float = 0.95  # on the chance to see, for each push above that in 24 hours
    tired_floor: float = 0.5

    # The asker. Reason: a try is one visit to the machine; at most a working day is waited.
    notices_answer_median_s: float = 60.0
    try_median_s: float = 720.0
    try_spread: float = 0.6
    patience_hours: float = 24.0
    patience_can_wait_hours: float = 96.0

    # When people are away.
    leave_share: float = 0.35  # of people take a few days off in the month
    quiet_share: float = 0.2  # of people keep lunch quiet

    @property
    def days_s(self) -> float:
        return self.days * 86400.0
