"""Finds work that lies: queued and never taken up, or its worker gone."""

from __future__ import annotations

from typing import Final

from audit.models import UNFINISHED, Hold, Report, RunChunk, ScenarioPart, Standing, StressRecord
from audit.services.chunks import end_left_runs
from audit.services.leasing import find_lying
from audit.services.news.delivering import find_undelivered
from audit.services.news.digesting import find_untold
from audit.services.scenarios.computing import end_left_scenarios
from audit.services.sending import (
    ASSESS_SYSTEM,
    COMPUTE_SCENARIO,
    DELIVER_DIGEST,
    REASSESS_CHUNK,
    RENDER_REPORT,
    RUN_STRESS,
    TELL_RUN,
)

MOST_SYSTEMS: Final = 500
MOST_REPORTS: Final = 50
MOST_CHUNKS: Final = 50
MOST_STRESS_RUNS: Final = 50
MOST_RUNS: Final = 5
MOST_DELIVERIES: Final = 100


def sweep() -> dict[str, list[int | None]]:
    """What has to be sent again: for each task the ids. Runs that nothing is left of are ended.

    Only so many at a time, longest lying first: a queue that is merely long is not sent twice over.
    """
    # All are looked at: an index of leases would be written twice for each system of a run, and with it all others.
    standings = find_lying(Standing.objects.all(), most=MOST_SYSTEMS)
    systems = Standing.objects.filter(pk__in=standings).values_list("system_id", flat=True)
    in_chunks = _find_in_chunks() if standings else set()
    chunks = find_lying(RunChunk.objects.filter(run__hold=Hold.NONE), most=MOST_CHUNKS)
    end_left_runs()
    end_left_scenarios()
    return {
        RENDER_REPORT: [*find_lying(Report.objects.all(), most=MOST_REPORTS)],
        ASSESS_SYSTEM: [system_id for system_id in systems if system_id not in in_chunks],
        REASSESS_CHUNK: [*chunks],
        COMPUTE_SCENARIO: [*find_lying(ScenarioPart.objects.all(), most=MOST_CHUNKS)],
        TELL_RUN: [*find_untold(most=MOST_RUNS)],
        DELIVER_DIGEST: [*find_undelivered(most=MOST_DELIVERIES)],
        RUN_STRESS: [*find_lying(StressRecord.objects.all(), most=MOST_STRESS_RUNS)],
    }


def _find_in_chunks() -> set[int]:
    """The systems of runs under way: their chunk does them together, at a fraction of what one by one would take."""
    going_on = RunChunk.objects.filter(state__in=UNFINISHED, run__hold=Hold.NONE)
    return {system_id for (ids,) in going_on.values_list("system_ids") for system_id in ids}
