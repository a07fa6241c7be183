"""Whether search finds by meaning, and how far its vectors are. Two queries at most."""

from __future__ import annotations

from django.conf import settings

from backend.doctor.findings import Finding, fine, note, wrong
from backend.domain.search.embedders import embedder_problem
from backend.domain.search.embedding import measure_progress


def examine_meaning() -> Finding:
    """Say which embedder search uses, if any, and how many threads and how-tos wait for their vectors."""
    if settings.EMBEDDER is None:
        return fine("search", "Search goes by words alone: no EMBEDDER is set.")
    problem = embedder_problem()
    if problem:
        return wrong("search", f"{problem} Until then search goes by words alone.")
    progress = measure_progress(str(settings.EMBEDDER))
    facts: dict[str, object] = {"subjects_count": progress.subjects_count, "waiting_count": progress.waiting_count}
    if progress.waiting_count:
        of_all = f"{progress.waiting_count} of {progress.subjects_count} threads and how-tos"
        return note("search", f"{of_all} wait for the vectors of {settings.EMBEDDER}.", **facts)
    return fine("search", f"Search goes by words and by meaning, with {settings.EMBEDDER}.", **facts)
