"""The layout of every kind of report, in every language, is that of its golden file."""

from __future__ import annotations

import pytest

from audit.reports.kinds import REPORT_TYPES
from tests.audit.reports.golden import CASES, FOLDER, describe_difference, golden_file, render_golden
from tests.messages.catalogue import list_languages

pytestmark = pytest.mark.layout
LANGUAGES = ("en", *list_languages())


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", CASES)
def test_the_layout_is_that_of_the_golden_file(kind: str, language: str, request: pytest.FixtureRequest) -> None:
    file, now = golden_file(kind, language), render_golden(kind, language)
    if request.config.getoption("--update-golden"):
        FOLDER.mkdir(exist_ok=True)
        file.write_text(now, encoding="utf-8")
    before = file.read_text(encoding="utf-8") if file.exists() else ""
    difference = describe_difference(before, now, file.name)
    assert not difference, f"{difference}\n\nIf this is meant: make golden, and look at the difference in the commit."


def test_every_kind_has_its_golden_files() -> None:
    wanted = {f"{kind}.{language}.txt" for kind in REPORT_TYPES for language in LANGUAGES}
    assert {file.name for file in FOLDER.glob("*.txt")} == wanted


def test_a_difference_is_told_line_by_line() -> None:
    told = describe_difference("1  Cover\n2  Method\n", "1  Cover\n2  Criteria\n", "x.txt")
    assert told.splitlines()[-2:] == ["-2  Method", "+2  Criteria"]
    assert describe_difference("a", "a", "x.txt") == ""
