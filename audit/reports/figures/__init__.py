"""Figures as pure functions from plain values to SVG: the same input gives the same bytes everywhere."""

from audit.reports.figures.bars import interval_bar

__all__ = ["interval_bar"]
