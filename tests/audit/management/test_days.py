"""Every command takes a day in one form, and says which where another is given."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command


@pytest.mark.parametrize("day", ["2026-W47-5", "20261121", "21.11.2026"])
@pytest.mark.parametrize(
    "words",
    [
        ("assess", "--input", "-"),
        ("coming_into_force", "--within", "30"),
        ("export_dora_register", "Example Bank"),
        ("lint_rulepacks",),
        ("reassess",),
        ("remind",),
        ("report", "--kind", "portfolio"),
        ("stress", "vendor_gone"),
    ],
)
def test_another_form_of_a_day_is_refused(words: tuple[str, ...], day: str) -> None:
    with pytest.raises(CommandError, match=r"--as-of: .*YYYY-MM-DD"):
        call_command(*words, "--as-of", day)


@pytest.mark.parametrize("day", ["2026-W47-5", "20261121"])
def test_the_first_day_of_a_change_report_is_read_alike(day: str) -> None:
    with pytest.raises(CommandError, match=r"--from: .*YYYY-MM-DD"):
        call_command("report", "--kind", "change", "--from", day)
