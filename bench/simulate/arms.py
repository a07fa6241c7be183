"""The three ways of asking, each run on the same world."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bench.simulate.community import Record
from bench.simulate.measures import Measures, measure
from bench.simulate.parameters import Parameters
from bench.simulate.peers import everybody_on_shift, followers_of_the_tag, run_group
from bench.simulate.seeded_ids import seeded_ids
from bench.simulate.world import World

WAVES, BROADCAST, FOLLOWERS = "waves", "broadcast", "tag followers"


@dataclass(frozen=True)
class Month:
    """What each arm did and achieved; `breaches` and `exploration_share` are the product's."""

    world: World
    records: dict[str, Record]
    measures: dict[str, Measures]
    breaches: dict[str, int]
    exploration_share: float  # of asks


def run_month(parameters: Parameters, *, name: str, progress: Callable[[str], None]) -> Month:
    """Run all arms. Django must be set up on a migrated database, where the organisation `name` is then left."""
    from django.test import override_settings  # noqa: PLC0415 - all of these need the settings

    from backend.settings import base  # noqa: PLC0415
    from bench.simulate.invariants import count_breaches  # noqa: PLC0415
    from bench.simulate.organisation import stage  # noqa: PLC0415
    from bench.simulate.product import Product  # noqa: PLC0415
    from bench.simulate.waves import Waves  # noqa: PLC0415

    world = World(parameters)
    # As in production; the suite's own settings never explore.
    explores = override_settings(ASK_EXPLORATION_SHARE=base.ASK_EXPLORATION_SHARE)
    with explores, seeded_ids(f"{parameters.seed}/{name}"):
        staged = stage(world, name=name)
        waves = Waves(world, Product(staged), progress).run()
    records = {
        WAVES: waves,
        BROADCAST: run_group(world, everybody_on_shift),
        FOLLOWERS: run_group(world, followers_of_the_tag),
    }
    measures = {arm: measure(world, record) for arm, record in records.items()}
    breaches = count_breaches(world, staged, waves)
    return Month(world, records, measures, breaches, Product(staged).exploration_share())
