"""Reports beside bare WeasyPrint on the same HTML: what they cost, how that grows, and what memory they take."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from django.utils import timezone

from audit.engine.facts import JsonValue
from audit.models import Report, ReportKind, ReportStatus, Standing
from audit.reports.contents import Part
from audit.reports.render import fixed_environment, html_for, refuse, render_pdf
from audit.reports.view import ReportView, build_report_view
from audit.services.reassessing import assess_all
from audit.services.reporting import count_pages, request_report
from governance.choices import ComponentKind
from governance.models import AISystem, Component
from tests.bench.measuring import REPEATS, Figure, growth_exponent, median_ratio, median_seconds, spend

BASE_MB, PAGE_MB = 50.0, 2.5
"""What a report may take above an idle worker whatever its length, and what each page may take more."""
EARLIER = timedelta(days=120)
"""How long before today the portfolio is judged for the first time, to be compared."""
_AROUND = ("cover", "control", "evidence", "closing")


@dataclass(frozen=True, slots=True)
class Sizes:
    """How far the long measurements go: the pages of the longest report, systems in the portfolio, reports queued."""

    pages: int = 120
    portfolio: int = 300
    queued: int = 40


def measure_reporting(sizes: Sizes) -> Iterator[Figure]:
    """One final report of the bank, and the same with an index of facts that grows to the pages asked for."""
    report = _request(_systems()[0])
    view = build_report_view(report_id=report.pk)
    page = html_for(view)
    told = f"{len(page) / 1e6:.1f} MB of HTML"
    ratio = median_ratio(lambda: render_pdf(build_report_view(report_id=report.pk)), lambda: _print(view, page))
    yield Figure("report_vs_weasyprint", ratio, "x bare WeasyPrint", 1.10, told)
    tagged = median_ratio(lambda: _print(view, page, tags=True), lambda: _print(view, page))
    yield Figure("report_tagged", tagged, "x untagged", 1.10, told)
    yield from _measure_growth(view, sizes.pages)


def measure_queue(sizes: Sizes) -> Iterator[Figure]:
    """Many reports queued at once come out of one worker whose memory stays flat."""
    systems, day = _systems(), date(2026, 11, 20)
    for at in range(sizes.queued):
        language, status = ("en", "de")[at % 2], (ReportStatus.FINAL, ReportStatus.DRAFT)[at // 2 % 2]
        day = date(2026, 11, 1 + at // (4 * len(systems)) % 28)
        _request(systems[at // 4 % len(systems)], language=language, status=status, as_of=day)
    told = _in_a_process("--queued")
    held = f"{told['first']:.0f} MB after 20, {told['middle']:.0f} after 100, {told['last']:.0f} at the end"
    note = f"{told['made']:.0f} of {told['queued']:.0f} made; {held}, {told['most']:.0f} at most"
    value = told["most"] / told["first"] if told["made"] == told["queued"] else float("inf")
    yield Figure("report_queue_memory", value, "x memory after 20", 1.15, note)


def measure_portfolio(sizes: Sizes) -> Iterator[Figure]:
    """The reports on the whole portfolio, from their rows to their bytes; the assessments are there."""
    day = timezone.localdate()
    assess_all(as_of=day - EARLIER, requested_by="bench")
    assess_all(as_of=day, requested_by="bench")
    parameters: dict[str, JsonValue] = {"from": (day - EARLIER).isoformat()}
    for kind, more in ((ReportKind.PORTFOLIO, {}), (ReportKind.CHANGE, parameters)):
        request_report(kind=kind, parameters=more, status=ReportStatus.FINAL, requested_by="bench", as_of=day)
    systems = Standing.objects.filter(assessment__isnull=False).count()
    told = _in_a_process("--kind", ReportKind.PORTFOLIO)
    note = f"{systems} systems, {told['pages']:.0f} pages"
    yield Figure("report_portfolio", told["seconds"], "CPU s a report", 60.0, note)
    yield _weigh("report_portfolio_memory", told)
    yield _weigh("report_change_memory", _in_a_process("--kind", ReportKind.CHANGE))
    _request_memo()
    yield _weigh("report_memo_memory", _in_a_process("--kind", ReportKind.DECISION_MEMO))


def _request_memo() -> None:
    """Ask for a memo that compares what a system uses with three models on our own machines."""
    models = Component.objects.filter(kind=ComponentKind.MODEL, key__gt="").order_by("key")[:3]
    choices: list[JsonValue] = [{"component": model.key, "run_mode": "self_hosted"} for model in models]
    _request(_systems()[0], kind=ReportKind.DECISION_MEMO, parameters={"choices": choices})


def _weigh(name: str, told: Mapping[str, float]) -> Figure:
    """Give the megabytes above an idle worker as a share of what a report of so many pages may take."""
    may_take = BASE_MB + PAGE_MB * told["pages"]
    note = f"{told['megabytes']:.0f} of {may_take:.0f} MB for {told['pages']:.0f} pages; idle {told['idle']:.0f} MB"
    return Figure(name, told["megabytes"] / may_take, "x 50 MB + 2.5 a page", 1.0, note)


@dataclass(frozen=True)
class IndexedReport(ReportView):
    """A report of an index of facts and what must stand around it: five pages, or as many as there are facts."""

    @property
    def parts(self) -> tuple[Part, ...]:
        """Cover, document control, evidence index, signature page."""
        return tuple(part for part in super().parts if part.anchor in _AROUND)


def _measure_growth(view: ReportView, most: int) -> Iterator[Figure]:
    """How seconds and memory grow from five pages to the most, beside bare WeasyPrint on the longest."""
    whole = {each.name: getattr(view, each.name) for each in fields(view)}
    bare = IndexedReport(**{**whole, "evidence": replace(view.evidence, facts=(), rows=())})
    fixed = count_pages(render_pdf(bare)) or 1
    some = _repeat(bare, view, 8)
    each_time = max((count_pages(render_pdf(some)) or 1) - fixed, 1) / 8
    pages, seconds = [], []
    longest = bare
    for wanted in sorted({5, most // 20, most // 5, most}):
        longest = _repeat(bare, view, max(round((wanted - fixed) / each_time), 0))
        made: list[bytes] = []
        # A short one is over before the clock of the processor has told much.
        seconds.append(median_seconds(partial(_keep, longest, made), repeats=2 if wanted > 50 else REPEATS))
        pages.append(float(count_pages(made[0]) or 1))
    page = html_for(longest)
    alone = spend(lambda: _print(longest, page))
    note = f"{pages[0]:.0f} to {pages[-1]:.0f} pages; the longest {seconds[-1] / alone:.2f}x bare WeasyPrint"
    yield Figure("report_growth", growth_exponent(pages, seconds), "exponent in pages", 1.05, note)
    yield _weigh("report_memory", _measure_memory(longest))


def _repeat(bare: IndexedReport, view: ReportView, times: int) -> IndexedReport:
    return replace(bare, evidence=replace(bare.evidence, facts=view.evidence.facts * times))


def _keep(view: ReportView, made: list[bytes]) -> None:
    made[:] = [render_pdf(view)]


def _measure_memory(view: ReportView) -> dict[str, float]:
    path = Path(os.environ["OPENBOOK_VAR"]) / "view.pickle"
    path.write_bytes(pickle.dumps(view))
    return _in_a_process("--view", str(path))


def _in_a_process(*arguments: str) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.rendering", *arguments], stdout=subprocess.PIPE, check=True
    )
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


def _systems() -> list[int]:
    found = AISystem.objects.filter(reference__startswith="AB-").order_by("reference")
    return list(found.values_list("pk", flat=True))


def _request(system: int, **more: object) -> Report:
    wanted = {"status": ReportStatus.FINAL, **more}
    return request_report(system_id=system, requested_by="bench", **wanted)  # type: ignore[arg-type] # plain keywords


def _print(view: ReportView, page: str, *, tags: bool = False) -> bytes:
    """Print a page with WeasyPrint alone, with the fonts of the reports."""
    from weasyprint import HTML

    with fixed_environment(view):
        printed: bytes = HTML(string=page, url_fetcher=refuse).write_pdf(pdf_tags=tags)
    return printed
