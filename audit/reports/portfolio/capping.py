"""How a table says that it was cut: the number of rows that stand in the attachment alone."""

from __future__ import annotations

from audit.reports.wording import number


def left_out(every: int, shown: int) -> str:
    """Give how many rows are not shown, as it is printed; empty where all are."""
    return number(every - shown) if every > shown else ""
