"""Stress over the whole portfolio: what would follow if a vendor, a version, a price, a transfer or a licence went."""

from audit.portfolio.stress.filed import FiledStress, NotFiledError, read_filed_stress, read_latest_filed
from audit.portfolio.stress.reading import add_sheets, read_portfolio
from audit.portfolio.stress.result import Margin, StressResult
from audit.portfolio.stress.running import Portfolio, run_stress
from audit.portfolio.stress.scenarios import Scenario, ScenarioError, read_scenario

__all__ = [
    "FiledStress",
    "Margin",
    "NotFiledError",
    "Portfolio",
    "Scenario",
    "ScenarioError",
    "StressResult",
    "add_sheets",
    "read_filed_stress",
    "read_latest_filed",
    "read_portfolio",
    "read_scenario",
    "run_stress",
]
