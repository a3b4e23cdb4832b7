"""Reads the portfolio that scenarios are run on, in a constant number of queries."""

from __future__ import annotations

from datetime import date
from typing import Final

from audit.portfolio import outcomes, tables
from audit.portfolio.stress.running import Portfolio

QUERIES: Final = tables.QUERIES + outcomes.QUERIES


def read_portfolio(as_of: date) -> Portfolio:
    """The register as it stands, the latest assessments and the assets at vendors."""
    return Portfolio(tables.read_tables(), outcomes.read_outcomes(), outcomes.read_assets(), as_of)
