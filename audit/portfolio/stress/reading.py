"""Reads the portfolio that scenarios are run on, in a constant number of queries."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

from audit.portfolio import outcomes, tables
from audit.portfolio.stress.rejudging import read_sheets
from audit.portfolio.stress.running import Portfolio
from audit.portfolio.stress.scenarios import LicenceChanged, Scenario

QUERIES: Final = tables.QUERIES + outcomes.QUERIES


def add_sheets(portfolio: Portfolio, scenario: Scenario) -> Portfolio:
    """The portfolio with the fact sheets that the scenario changes, in one query more where it changes any."""
    if not isinstance(scenario, LicenceChanged):
        return portfolio
    return replace(portfolio, sheets=read_sheets(scenario.component_id))


def read_portfolio(as_of: date) -> Portfolio:
    """The register as it stands, the latest assessments and the assets at vendors."""
    return Portfolio(tables.read_tables(), outcomes.read_outcomes(), outcomes.read_assets(), as_of)
