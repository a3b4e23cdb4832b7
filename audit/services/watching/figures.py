"""The figures of ``/metrics``, read from the rows at the moment they are asked for.

They are the same whichever process answers, since no process counts for itself: web, workers and scheduler may be any
number, on any number of machines, and be restarted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Count, DurationField, ExpressionWrapper, F, Max, Min, Q, QuerySet, Sum
from django.utils import timezone
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from audit.engine.assess import ENGINE_VERSION
from audit.models import (
    UNFINISHED,
    Delivery,
    Finding,
    LeasedWork,
    Movement,
    Rating,
    ReassessmentRun,
    Report,
    RunChunk,
    ScenarioPart,
    Standing,
    StressRecord,
    WorkState,
)
from audit.rulepacks import load_packs
from audit.services.watching.heartbeats import SCHEDULER, measure_silence
from audit.services.watching.readiness import list_reviews

REPORT_SECONDS: Final = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600)
_WORK: Final[Mapping[str, type[LeasedWork]]] = {
    "assessment": Standing,
    "reassessment_part": RunChunk,
    "report": Report,
    "delivery": Delivery,
    "scenario_part": ScenarioPart,
    "stress": StressRecord,
}


def write_figures() -> bytes:
    """All figures in the text form of Prometheus."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(RowCollector())
    return generate_latest(registry)


class RowCollector(Collector):
    """Reads every figure from the database."""

    def collect(self) -> Iterator[Metric]:
        """Each figure with its labels."""
        now = timezone.now()
        yield from _collect_work(now)
        yield from _collect_runs()
        yield from _collect_reports()
        yield from _collect_deliveries()
        yield from _collect_findings(now)
        yield from _collect_house(now)


def _collect_work(now: datetime) -> Iterator[Metric]:
    rows = GaugeMetricFamily("openbook_work_rows", "Rows of work by kind and state.", labels=["kind", "state"])
    age = GaugeMetricFamily(
        "openbook_queue_age_seconds", "How long the longest waiting row of a kind has waited.", labels=["kind"]
    )
    late = GaugeMetricFamily(
        "openbook_leases_expired", "Rows whose worker is gone and that nobody has taken over yet.", labels=["kind"]
    )
    for kind, model in _WORK.items():
        objects: QuerySet[LeasedWork] = model._default_manager.order_by()
        counted = dict(objects.values_list("state").annotate(number=Count("pk")))
        for state in WorkState.values:
            rows.add_metric([kind, state], counted.get(state, 0))
        waiting = objects.filter(state=WorkState.QUEUED).aggregate(oldest=Min("requested_at"))["oldest"]
        age.add_metric([kind], _seconds(now, waiting))
        late.add_metric([kind], objects.filter(state=WorkState.RUNNING, lease_until__lt=now).count())
    yield from (rows, age, late)


def _collect_runs() -> Iterator[Metric]:
    states = GaugeMetricFamily("openbook_runs", "Reassessments by state.", labels=["state"])
    counted = dict(ReassessmentRun.objects.order_by().values_list("state").annotate(number=Count("pk")))
    for state in WorkState.values:
        states.add_metric([state], counted.get(state, 0))
    held = ReassessmentRun.objects.filter(state__in=UNFINISHED).exclude(hold="").count()
    sums = ReassessmentRun.objects.aggregate(
        done=Sum("systems_done"), changed=Sum("systems_changed"), failed=Sum("systems_failed"), last=Max("finished_at")
    )
    yield states
    yield GaugeMetricFamily("openbook_runs_held", "Reassessments under way that are paused.", value=held)
    yield CounterMetricFamily("openbook_systems_reassessed", "Systems that runs were done with.", sums["done"] or 0)
    yield CounterMetricFamily("openbook_systems_changed", "Systems whose outcome runs changed.", sums["changed"] or 0)
    yield CounterMetricFamily("openbook_systems_failed", "Systems that runs set aside.", sums["failed"] or 0)
    yield CounterMetricFamily("openbook_movements", "Differences told of systems.", Movement.objects.count())
    last = sums["last"].timestamp() if sums["last"] else 0
    yield GaugeMetricFamily("openbook_last_run_finished_timestamp_seconds", "When a run ended last.", value=last)


def _collect_reports() -> Iterator[Metric]:
    """Seconds from the start of making a report to its end, of all reports that are there."""
    taken = ExpressionWrapper(F("finished_at") - F("started_at"), output_field=DurationField())
    rows = Report.objects.filter(state=WorkState.DONE, started_at__isnull=False, finished_at__isnull=False)
    bounds = {f"under_{bound}": Count("pk", filter=Q(taken__lte=timedelta(seconds=bound))) for bound in REPORT_SECONDS}
    sums = rows.annotate(taken=taken).order_by().aggregate(number=Count("pk"), total=Sum("taken"), **bounds)
    buckets = [(f"{bound}.0", float(sums[f"under_{bound}"])) for bound in REPORT_SECONDS]
    total = sums["total"].total_seconds() if sums["total"] else 0.0
    family = HistogramMetricFamily("openbook_report_seconds", "Seconds that making a report took.")
    family.add_metric([], [*buckets, ("+Inf", float(sums["number"]))], total)
    yield family


def _collect_deliveries() -> Iterator[Metric]:
    rows = GaugeMetricFamily("openbook_deliveries", "Digests by channel and state.", labels=["channel", "state"])
    found = Delivery.objects.order_by().values_list("channel", "state").annotate(number=Count("pk"))
    for channel, state, number in found:
        rows.add_metric([channel, state], number)
    yield rows
    dead = Delivery.objects.filter(state=WorkState.FAILED).count()
    yield GaugeMetricFamily("openbook_deliveries_dead", "Digests given up, to be looked at by people.", value=dead)


def _collect_findings(now: datetime) -> Iterator[Metric]:
    still_open = Finding.objects.filter(closed_on=None).order_by()
    counted = dict(still_open.values_list("rating").annotate(number=Count("pk")))
    rows = GaugeMetricFamily("openbook_findings_open", "Open findings by rating.", labels=["rating"])
    for rating in Rating.values:
        rows.add_metric([rating], counted.get(rating, 0))
    today = timezone.localdate(now)
    yield rows
    yield GaugeMetricFamily("openbook_findings_overdue", "Open findings past their day.", value=_count_overdue(today))


def _count_overdue(today: date) -> int:
    """As ``audit.services.news.escalating`` measures it, each by the index of its day."""
    still_open = Finding.objects.filter(closed_on=None).order_by()
    is_accepted_no_more = Q(accepted_until=None) | Q(accepted_until__lt=today)
    due = still_open.filter(is_accepted_no_more, due_on__lt=today)
    return due.count() + still_open.filter(due_on=None, accepted_until__lt=today).count()


def _collect_house(now: datetime) -> Iterator[Metric]:
    silence = measure_silence(SCHEDULER)
    yield GaugeMetricFamily(
        "openbook_scheduler_silence_seconds",
        "Since the scheduler’s sweep ran last; -1 if it never did.",
        value=-1 if silence is None else silence.total_seconds(),
    )
    dirty = Standing.objects.filter(is_dirty=True).count()
    yield GaugeMetricFamily("openbook_systems", "Systems with a standing.", value=Standing.objects.count())
    yield GaugeMetricFamily("openbook_systems_dirty", "Systems changed since their outcome.", value=dirty)
    packs = load_packs()
    days = GaugeMetricFamily(
        "openbook_pack_review_days", "Days until a rule pack is to be reviewed; negative when past.", labels=["pack"]
    )
    info = GaugeMetricFamily("openbook_pack_info", "The rule packs in use.", labels=["pack", "version"])
    for pack, review_by in sorted(list_reviews(packs).items()):
        days.add_metric([pack], (review_by - timezone.localdate(now)).days)
        info.add_metric([pack, packs.hashes[pack].partition("+")[0]], 1)
    yield from (days, info)
    engine = GaugeMetricFamily("openbook_engine_info", "The version of the engine.", labels=["version"])
    engine.add_metric([ENGINE_VERSION], 1)
    yield engine


def _seconds(now: datetime, since: datetime | None) -> float:
    return max((now - since).total_seconds(), 0.0) if since is not None else 0.0
