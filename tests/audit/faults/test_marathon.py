"""Two kills in the middle of runs over a portfolio leave it as if nothing had happened; ``make faults`` does twenty."""

from __future__ import annotations

import os

import pytest

from tests.audit.faults.marathon import UNDISTURBED, play

pytestmark = [pytest.mark.faults, pytest.mark.slow]

ON_SERVERS = os.environ.get("DATABASE_URL", "").startswith("postgres")


def test_after_each_kill_the_run_ends_by_itself_and_every_system_stands_as_in_a_portfolio_that_nobody_disturbed() -> (
    None
):
    """On servers the database dies and then a worker; embedded, a child of the worker and then the broker."""
    victims = ("database", "worker") if ON_SERVERS else ("child", "broker")
    rounds = play(on_servers=ON_SERVERS, kills=2, systems=400, seed=11, victims=victims)
    assert [one.killed for one in rounds] == [UNDISTURBED, *victims]
    assert [one.describe() for one in rounds if not one.is_good] == []
    assert sum(one.told.lines for one in rounds) > 0
