"""The compact row of a result: its outcomes without their explanations, small enough for thousands in one file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from audit.engine.brief import read_orderly_margin
from audit.engine.facts import JsonValue

_LAW: Final = (
    *("aia_class", "possible_classes", "class_on_go_live", "aia_roles", "annex_iii_points", "art_5_points"),
    *("gpai_class", "grandfathered_art_111_2", "high_risk_duties_from"),
)
_SCORE: Final = ("low", "high", "band", "coverage")
_EXIT: Final = ("exit_time_days", "orderly_margin_days", "sudden_margin_days")


def make_compact(
    result: Mapping[str, JsonValue], *, as_of: date | None = None, valid_until: date | None = None
) -> dict[str, JsonValue]:
    """The row of a whole result (DESIGN §3), or of the outcome that is kept of it with its two days beside it.

    What an older engine did not give is none.
    ``duties`` holds, by rule, the outcome and the first day; ``undetermined`` the ids of what may apply.
    """
    law, lock_in, transparency = (_object(result.get(key)) for key in ("regulatory", "lock_in", "transparency"))
    duties: dict[str, JsonValue] = {
        str(duty.get("rule") or duty.get("id")): [duty.get("outcome"), duty.get("applies_from")]
        for duty in _objects(law.get("duties"))
    }
    day = as_of or _read_day(result.get("as_of"))
    margin = read_orderly_margin(lock_in, day) if day else lock_in.get("orderly_margin_days")
    return {
        "as_of": as_of.isoformat() if as_of else result.get("as_of"),
        "valid_until": valid_until.isoformat() if valid_until else result.get("valid_until"),
        "regulatory": {
            **{key: law.get(key) for key in _LAW},
            "duties": duties,
            "undetermined": [duty.get("id") for duty in _objects(law.get("undetermined"))],
        },
        "lock_in": {**{key: lock_in.get(key) for key in (*_SCORE, *_EXIT)}, "orderly_margin_days": margin},
        "transparency": {key: transparency.get(key) for key in _SCORE},
    }


def _read_day(value: JsonValue) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else None


def _object(value: JsonValue) -> Mapping[str, JsonValue]:
    return value if isinstance(value, dict) else {}


def _objects(value: JsonValue) -> Iterable[Mapping[str, JsonValue]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else ()
