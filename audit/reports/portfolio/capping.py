"""How a table says that it was cut: the number of rows that stand in the attachment alone."""

from __future__ import annotations

from audit.reports.wording import number


class LeftOut(str):
    """How many rows are not shown, as it is printed, empty where all are; ``many`` counts them, for one or for many."""

    __slots__ = ("many",)

    many: int

    def __new__(cls, many: int) -> LeftOut:
        """Make it from the number."""
        made = super().__new__(cls, number(many) if many else "")
        made.many = many
        return made


def left_out(every: int, shown: int) -> LeftOut:
    """Give how many rows are not shown."""
    return LeftOut(max(every - shown, 0))
