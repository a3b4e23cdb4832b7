"""Reports beside bare WeasyPrint on the same HTML: what they cost, how that grows, and what memory they take."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path

from audit.models import Report, ReportKind, ReportStatus
from audit.reports.kinds import build_printable
from audit.reports.render import fixed_environment, html_for, refuse, render_pdf
from audit.reports.view import ReportView, build_report_view
from audit.services.assessing import assess_now
from audit.services.reporting import count_pages, request_report
from governance.models import AISystem
from tests.bench.measuring import Figure, growth_exponent, median_ratio, spend

BASE_MB = 50.0
"""What a report may take whatever its length; each page may take 2.5 MB more."""


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
    note = f"{told['made']:.0f} of {told['queued']:.0f} made; {told['first']:.0f} MB, then {told['last']:.0f} MB"
    value = told["last"] / told["first"] if told["made"] == told["queued"] else float("inf")
    yield Figure("report_queue_memory", value, "x memory at a tenth", 1.15, note)


def measure_portfolio(sizes: Sizes) -> Iterator[Figure]:
    """The report on the whole portfolio, from its request to its bytes; the assessments are there."""
    systems = list(AISystem.objects.order_by("pk").values_list("pk", flat=True)[: sizes.portfolio])
    for system in systems:
        assess_now(system_id=system, as_of=date(2026, 11, 20), requested_by="bench")
    pages = []

    def make() -> None:
        report = request_report(
            kind=ReportKind.PORTFOLIO, status=ReportStatus.FINAL, requested_by="bench", as_of=date(2026, 11, 20)
        )
        pages.append(count_pages(render_pdf(build_printable(report))) or 0)

    seconds = spend(make)
    target = 60.0 * len(systems) / 2000 if len(systems) >= 2000 else 60.0
    yield Figure("report_portfolio", seconds, "CPU s a report", target, f"{len(systems)} systems, {pages[0]} pages")


def _measure_growth(view: ReportView, most: int) -> Iterator[Figure]:
    """How seconds and memory grow with the pages, beside bare WeasyPrint on the longest."""
    bare = replace(view, evidence=replace(view.evidence, facts=(), rows=()))
    fixed = count_pages(render_pdf(bare)) or 1
    once = max((count_pages(render_pdf(view)) or 1) - fixed, 1)
    pages, seconds = [], []
    longest = bare
    for wanted in sorted({most // 4, most // 2, most}):
        times = max(round((wanted - fixed) / once), 0)
        longest = replace(bare, evidence=replace(bare.evidence, facts=view.evidence.facts * times))
        made: list[bytes] = []
        seconds.append(min(spend(partial(_keep, longest, made)) for _ in range(2)))
        pages.append(float(count_pages(made[0]) or 1))
    page = html_for(longest)
    alone = spend(lambda: _print(longest, page))
    note = f"{pages[0]:.0f} to {pages[-1]:.0f} pages; the longest {seconds[-1] / alone:.2f}x bare WeasyPrint"
    yield Figure("report_growth", growth_exponent(pages, seconds), "exponent in pages", 1.05, note)
    printed, megabytes = _measure_memory(longest)
    above = (megabytes - BASE_MB) / printed
    yield Figure("report_memory", above, "MB a page above 50", 2.5, f"{megabytes:.0f} MB for {printed:.0f} pages")


def _keep(view: ReportView, made: list[bytes]) -> None:
    made.append(render_pdf(view))


def _measure_memory(view: ReportView) -> tuple[float, float]:
    path = Path(os.environ["OPENBOOK_VAR"]) / "view.pickle"
    path.write_bytes(pickle.dumps(view))
    told = _in_a_process("--view", str(path))
    return told["pages"], told["megabytes"]


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
