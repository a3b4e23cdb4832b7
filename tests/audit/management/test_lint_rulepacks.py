"""``manage.py lint_rulepacks`` prints every problem and fails when there is one."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command


def test_our_packs_have_no_problem_while_their_review_is_not_due() -> None:
    out = StringIO()
    call_command("lint_rulepacks", "--as-of", "2026-11-20", stdout=out)
    assert out.getvalue() == "No problem in the rule packs.\n"


def test_a_pack_past_its_review_is_named_and_the_command_fails() -> None:
    out = StringIO()
    with pytest.raises(CommandError, match="each line names file, key and remedy"):
        call_command("lint_rulepacks", "--as-of", "2027-02-21", stdout=out)
    assert "eu_ai_act/pack.yaml: review_by: 2027-02-20 has passed" in out.getvalue()
