"""The report as a ratio to bare WeasyPrint on the same HTML, and how its cost grows with its pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from audit.models import Report, ReportStatus
from audit.reports.render import html_for, refuse, render_pdf
from audit.reports.view import ReportView, build_report_view
from audit.services.reporting import count_pages, request_report
from governance.models import AISystem
from tests.bench.measuring import Figure, growth_exponent, median_ratio, median_seconds


def measure_reporting() -> Iterator[Figure]:
    """One final report of the bank: the whole task to WeasyPrint alone, without tags, on the very same page."""
    system = AISystem.objects.filter(reference__startswith="AB-").order_by("reference").values_list("pk", flat=True)[0]
    report = request_report(system_id=system, status=ReportStatus.FINAL, requested_by="bench")
    page = html_for(build_report_view(report_id=report.pk))
    ratio = median_ratio(lambda: _make(report), lambda: _print_bare(page))
    yield Figure("report_vs_weasyprint", ratio, "x bare WeasyPrint", 1.10, f"{len(page) / 1e6:.1f} MB of HTML")
    yield _measure_growth(build_report_view(report_id=report.pk))


def _measure_growth(view: ReportView) -> Figure:
    """How the seconds grow with the pages, when the index of facts is one, two and four times as long."""
    pages, seconds = [], []
    for times in (1, 2, 4):
        longer = replace(view, evidence=replace(view.evidence, facts=view.evidence.facts * times))
        pages.append(float(count_pages(render_pdf(longer)) or 1))
        seconds.append(median_seconds(partial(render_pdf, longer)))
    note = f"{pages[0]:.0f} to {pages[-1]:.0f} pages"
    return Figure("report_growth", growth_exponent(pages, seconds), "exponent in pages", 1.05, note)


def _make(report: Report) -> bytes:
    return render_pdf(build_report_view(report_id=report.pk))


def _print_bare(page: str) -> bytes:
    from weasyprint import HTML

    printed: bytes = HTML(string=page, url_fetcher=refuse).write_pdf()
    return printed
