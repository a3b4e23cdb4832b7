"""Figures as pure functions from plain values to SVG: the same input gives the same bytes everywhere."""

from audit.reports.figures.bars import exit_time_bar, interval_bar
from audit.reports.figures.calendar import Moment, timeline
from audit.reports.figures.flows import Step, count_drawable, data_flow_diagram

__all__ = ["Moment", "Step", "count_drawable", "data_flow_diagram", "exit_time_bar", "interval_bar", "timeline"]
