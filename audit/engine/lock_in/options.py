"""The concrete ways out: whether each is open, what blocks it, what makes it harder, and the days it takes."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain

from audit.engine.facts import FactSheet, JsonValue
from audit.engine.lock_in.exit_time import TESTED_PHASE, ExitTime, read_days, round_days
from audit.engine.lock_in.model import LockInModel, WayOut
from audit.engine.scoring.terms import suppose_answers


@dataclass(frozen=True, slots=True)
class Option:
    """One way out. ``is_open`` is ``None`` while the facts in ``missing`` decide."""

    way: WayOut
    is_open: bool | None
    blocked_by: tuple[tuple[str, str], ...]
    harder: tuple[tuple[str, str], ...]
    missing: tuple[str, ...]
    days: tuple[int, int] | None

    def to_json(self) -> dict[str, JsonValue]:
        """Give the option as plain data; days are ``null`` where nothing is known of them."""
        return {
            "option": self.way.name,
            "title": self.way.title,
            "open": self.is_open,
            "blocked_by": [{"fact": key, "says": says} for key, says in self.blocked_by],
            "harder_by": [{"fact": key, "says": says} for key, says in self.harder],
            "missing_facts": [*self.missing],
            "days": None if self.days is None else {"low": self.days[0], "high": self.days[1]},
        }


def list_options(model: LockInModel, known: FactSheet, exit_time: ExitTime) -> tuple[Option, ...]:
    """Judge each way out of the model."""
    return tuple(_judge_option(way, known, exit_time) for way in model.options)


def _judge_option(way: WayOut, known: FactSheet, exit_time: ExitTime) -> Option:
    blocked = _list_blocks(way, known)
    undecided = [need for need in way.needs if need.is_met(known) is None]
    missing = tuple(dict.fromkeys(key for need in undecided for key in need.reads() if key not in known))
    if undecided and not blocked:
        # What decides whether a need is asked may be open, and one of them fails whatever the answer is.
        gates = [condition for need in undecided for condition in (need.only_when, need.unless)]
        each = [_list_blocks(way, supposed) for supposed in suppose_answers(gates, known)]
        blocked = tuple(dict.fromkeys(chain.from_iterable(each))) if all(each) else ()
    harder = tuple((need.key, need.says) for need in way.harder if need.is_met(known))
    is_open = False if blocked else (None if undecided else True)
    return Option(way, is_open, blocked, harder, () if blocked else missing, _days(way, known, exit_time))


def _list_blocks(way: WayOut, known: FactSheet) -> tuple[tuple[str, str], ...]:
    return tuple(dict.fromkeys((need.key, need.says) for need in way.needs if need.is_met(known) is False))


def _days(way: WayOut, known: FactSheet, exit_time: ExitTime) -> tuple[int, int] | None:
    if way.days:
        days = read_days(known, way.days)
        return None if days is None else (round_days(days), round_days(days))
    # A test measured its phases together: whoever needs one of them is given all of its days.
    taken = [
        phase
        for phase in exit_time.phases
        if phase.name in way.phases or (phase.name == TESTED_PHASE and set(phase.replaces) & set(way.phases))
    ]
    return sum(phase.low for phase in taken), sum(phase.high for phase in taken)
