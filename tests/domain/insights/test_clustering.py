"""What is about one fault comes together; what is not stays apart."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Hashable
from itertools import pairwise
from pathlib import Path

import pytest
from django.db import connection

from api_schema.ids import uuid7
from backend.demo.faulttalk import FaultTalkThread, read_faulttalk
from backend.domain.equipment.codes import normalise_code
from backend.domain.equipment.models import AssetModel
from backend.domain.insights.clustering import cluster
from backend.domain.insights.machines import Machines
from backend.domain.insights.reports import Report, ReportKind
from backend.domain.search.languages import only_words

DATA = Path(__file__).resolve().parents[3] / "bench" / "data" / "faulttalk-dev.jsonl"
CHILLER, PUMP = "chiller", "pump"
FILLING = ["yellow", "handle", "belt", "lamp", "hinge", "label", "bolt", "wheel", "chain", "hose", "seal", "lid"]


def thread(words: str, *, model: str = CHILLER, code: str = "") -> Report:
    return Report(str(uuid7()), ReportKind.THREAD, model, code, frozenset(words.split()), 0.0)


def search(words: str) -> Report:
    return Report(str(uuid7()), ReportKind.SEARCH, None, "", frozenset(words.split()), 0.0)


def together(*reports: Report) -> list[set[str]]:
    """Return which of `reports` come together, among others that make their words as rare as they are."""
    others = [thread(" ".join(pair), model=str(uuid7())) for pair in pairwise(FILLING)]
    wanted = {report.id for report in reports}
    groups = [{report.id for report in group} & wanted for group in cluster([*reports, *others])]
    return [group for group in groups if len(group) > 1]


class TestCluster:
    def test_takes_the_same_code_of_one_model_for_one_fault_whatever_is_said(self) -> None:
        first, second = thread("dead cold", code="E4"), thread("flow pipe", code="E4")

        assert together(first, second, thread("dead cold", model=PUMP, code="E4")) == [{first.id, second.id}]

    def test_takes_much_the_same_words_for_one_fault_beside_a_code_too(self) -> None:
        coded, plain = thread("compressor short cycle night", code="E4"), thread("compressor cycle at-night short")
        other_words = thread("compressor oil leak flange")

        assert together(coded, plain, other_words) == [{coded.id, plain.id}]

    def test_keeps_other_codes_and_other_models_apart_however_alike_they_sound(self) -> None:
        words = "compressor short cycle"

        assert together(thread(words, code="E4"), thread(words, code="LP2"), thread(words, model=PUMP)) == []

    def test_gives_a_search_that_names_no_machine_to_what_it_is_most_like(self) -> None:
        cycling, shaft = thread("compressor short cycle"), thread("shaft noise grind", model=PUMP)
        asked = search("short cycle compressor grind")

        assert together(cycling, shaft, asked) == [{cycling.id, asked.id}]

    def test_lets_no_search_bring_two_faults_together(self) -> None:
        one, other = thread("compressor short cycle", code="E4"), thread("shaft noise grind")

        (group,) = together(one, other, search("short cycle noise grind"))
        assert len(group) == 2

    def test_knows_a_how_to_by_the_thread_it_was_made_from(self) -> None:
        asked = thread("dead cold")
        howto = Report(str(uuid7()), ReportKind.HOWTO, CHILLER, "", frozenset({"strainer"}), 0.0, made_from_id=asked.id)

        assert together(asked, howto) == [{asked.id, howto.id}]

    def test_depends_on_no_order(self) -> None:
        words = [
            "short cycle",
            "cycle short night",
            "night noise",
            "noise grind",
            "grind shaft",
            "shaft oil",
            "oil leak",
        ]
        reports = [thread(one) for one in words] + [search(one) for one in words[:4]]
        expected = cluster(reports)

        for seed in range(20):
            shuffled = random.Random(seed).sample(reports, len(reports))
            assert cluster(shuffled) == expected


@pytest.mark.django_db
def test_faulttalk_told_twice_comes_together_nine_times_in_ten_and_is_not_mixed() -> None:
    """Each fault is told with its code, and once more, in other words, without it."""
    told = [(fault, text) for fault in read_faulttalk(DATA) for text in (fault.title, fault.problem)]
    reports, truth = told_reports(told)

    purity, completeness = judge(cluster(reports), truth)

    assert purity >= 0.98, (purity, completeness)
    assert completeness >= 0.90, (purity, completeness)


def told_reports(told: list[tuple[FaultTalkThread, str]]) -> tuple[list[Report], dict[str, Hashable]]:
    """Return the reports, every second without its code, and by report the fault: one machine's code, else the line."""
    models = {key: AssetModel(id=uuid7(), make=key[0], name=key[1]) for key in {(f.make, f.model) for f, _ in told}}
    machines = Machines(models.values())
    reports: list[Report] = []
    truth: dict[str, Hashable] = {}
    for number, ((fault, _), terms) in enumerate(zip(told, stems([text for _, text in told]), strict=True)):
        model = str(models[fault.make, fault.model].pk)
        shown = normalise_code(fault.fault_code)
        report = Report(
            f"{number:03}",
            ReportKind.THREAD,
            model,
            "" if number % 2 else shown,
            machines.without_names(terms, model, shown),
            float(number),
        )
        reports.append(report)
        truth[report.id] = (model, shown or fault.key)
    return reports, truth


def stems(texts: list[str]) -> list[list[str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tsvector_to_array(to_tsvector('english', text)) "
            "FROM unnest(%s::text[]) WITH ORDINALITY AS told(text, number) ORDER BY number",
            [[only_words(text) for text in texts]],
        )
        return [row[0] for row in cursor.fetchall()]


def judge(groups: list[list[Report]], truth: dict[str, Hashable]) -> tuple[float, float]:
    """Return purity and completeness: the share of reports in the majority of their group, and of their fault."""
    of_group = [Counter(truth[report.id] for report in group) for group in groups]
    of_fault: dict[Hashable, Counter[int]] = {}
    for number, counts in enumerate(of_group):
        for fault, count in counts.items():
            of_fault.setdefault(fault, Counter())[number] += count
    total = len(truth)
    return sum(max(one.values()) for one in of_group) / total, sum(
        max(one.values()) for one in of_fault.values()
    ) / total
