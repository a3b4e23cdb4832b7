"""The portfolio's figures that fact sheets hold: measured on the whole register, or recalled from what is kept."""

from audit.portfolio.figures.measuring import (
    QUERIES,
    QUERIES_FOR_ALTERNATIVES,
    Figures,
    measure_figures,
    read_figures,
)
from audit.portfolio.figures.recalling import recall_figures

__all__ = [
    "QUERIES",
    "QUERIES_FOR_ALTERNATIVES",
    "Figures",
    "measure_figures",
    "read_figures",
    "recall_figures",
]
