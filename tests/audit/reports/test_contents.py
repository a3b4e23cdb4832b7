"""The report has the nineteen parts of an audit report, each with a template."""

from __future__ import annotations

from django.template.loader import get_template

from audit.reports.contents import PARTS


def test_there_are_nineteen_parts_each_with_its_template() -> None:
    # facts/audit_report.md counts 19 sections; the cover is the first and bears no number.
    assert len(PARTS) == 19
    assert [part.number for part in PARTS] == [0, *range(2, 20)]
    for part in PARTS:
        get_template(part.template)
