"""Choosing between what is in use and what could be, open or closed: the material of the decision memo."""

from audit.portfolio.comparison.choices import Choice, ChoiceError
from audit.portfolio.comparison.comparing import Comparison, compare_choices
from audit.portfolio.comparison.memo import write_memo

__all__ = ["Choice", "ChoiceError", "Comparison", "compare_choices", "write_memo"]
