"""A stress result in words: the scenario as a title, and what follows from it, the finding first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any, Final

from audit.engine.facts import JsonValue
from governance.choices import TransferTool
from governance.services.places import write_country

_SHOWN: Final = 4

# Filed results are plain JSON; what an older one lacks reads as nothing.
_Result = Mapping[str, Any]


def name_scenario(result: Mapping[str, JsonValue]) -> str:
    """The scenario as a title: "OpenAI and its group are gone"."""
    write = _TITLES.get(str(result.get("scenario")))
    return write(result) if write is not None else str(result.get("scenario", "")).replace("_", " ")


def _write_prices(result: _Result) -> str:
    times = f"{float(result.get('factor') or 0):g}"
    whose = f" of {result['vendor']} and its group" if result.get("vendor") else ""
    what = f" for {result['component']}" if result.get("component") else ""
    return f"Prices{whose}{what} times {times}{_from(result)}"


def _write_transfers(result: _Result) -> str:
    known = {tool.value: str(tool.label) for tool in TransferTool}
    tools = _list([known.get(tool, tool) for tool in result.get("tools") or ()], "and")
    places = _list([write_country(code) for code in result.get("countries") or ()] or ["any country"], "or")
    return f"No transfer to {places} under {tools}{_from(result)}"


def _write_retirement(result: _Result) -> str:
    where = f" at {result['host']}" if result.get("host") else " at every host"
    return f"{result.get('component')} is retired{where}{_from(result)}"


def _write_licence(result: _Result) -> str:
    what = "forbids our use" if result.get("to") == "forbids_us" else "becomes restricted"
    return f"The licence of {result.get('component')} {what}{_from(result)}"


def _from(result: _Result) -> str:
    on, as_of = str(result.get("on") or ""), str(result.get("as_of") or "")
    return f" on {write_day(on)}" if on and on != as_of else ""


_TITLES: Final[Mapping[str, Callable[[_Result], str]]] = {
    "vendor_gone": lambda result: f"{result.get('vendor')} and its group are gone{_from(result)}",
    "model_retired": _write_retirement,
    "price_times": _write_prices,
    "transfer_stopped": _write_transfers,
    "licence_changed": _write_licence,
}


@lru_cache(maxsize=4096)
def write_day(text: str) -> str:
    """A day as people write it: 2 December 2026."""
    day = date.fromisoformat(text)
    return f"{day.day} {day:%B %Y}"


def write_sentences(result: Mapping[str, JsonValue]) -> tuple[str, ...]:
    """What follows, in sentences: who is hit, by how much, what is not tested, lost, without basis, dearer."""
    if not result.get("hits"):
        return (f"None of {result.get('systems', 0)} systems is hit, as far as the register tells.",)
    writers = (_write_reach, _write_costs, _write_gaps, _write_plans, _write_assets, _write_flows, _write_judgements)
    return tuple(sentence for write in writers for sentence in write(result))


def _write_reach(result: _Result) -> Iterator[str]:
    surely, perhaps = result.get("systems_surely_hit", 0), result.get("systems_perhaps_hit", 0)
    more = f"; {perhaps} more cannot be ruled out" if perhaps else ""
    yield f"{surely} of {result.get('systems', 0)} systems {'is' if surely == 1 else 'are'} hit for certain{more}."
    critical = result.get("critical_functions_hit") or []
    if critical:
        yield f"Critical functions hit: {_list(critical, 'and')}."


def _write_gaps(result: _Result) -> Iterator[str]:
    if result.get("scenario") == "price_times":
        return
    short = [hit for hit in result["hits"] if (hit.get("short_by_days") or {}).get("high", 0) > 0]
    if short:
        worst = max(short, key=lambda hit: (hit["short_by_days"]["high"], hit["short_by_days"]["low"]))
        days = _days(worst["short_by_days"])
        yield f"{_count(short, 'system')} would be short of time; the longest gap is that of {worst['name']}: {days}."
    unknown = [hit for hit in result["hits"] if hit.get("short_by_days") is None]
    if unknown:
        yield f"Of {_count(unknown, 'system')} nobody can tell for how long: {_names(unknown)}."


def _write_plans(result: _Result) -> Iterator[str]:
    words = {"untested": "a plan that was never walked", "missing": "no plan", "unknown": "no plan that is known"}
    for state, what in words.items():
        hits = [hit for hit in result["hits"] if hit.get("exit_plan") == state]
        if hits:
            yield f"{_count(hits, 'system')} {'has' if len(hits) == 1 else 'have'} {what}: {_names(hits)}."


def _write_assets(result: _Result) -> Iterator[str]:
    if result.get("scenario") not in ("vendor_gone", "model_retired"):
        return
    lost = [hit for hit in result["hits"] if hit.get("stranded_assets")]
    if lost:
        kinds = sorted({asset.replace("_", " ") for hit in lost for asset in hit["stranded_assets"]})
        yield f"What {_count(lost, 'system')} would lose: {_list(kinds, 'and')}."


def _write_flows(result: _Result) -> Iterator[str]:
    flows = result.get("flows_without_basis") or []
    if flows:
        today = sum(1 for flow in flows if flow.get("has_none_today"))
        already = f"; {today} of them {'has' if today == 1 else 'have'} none today" if today else ""
        yield f"{_count(flows, 'data flow')} would have no basis{already}."


def _write_costs(result: _Result) -> Iterator[str]:
    years: dict[int, list[str]] = {}
    for line in result.get("cost_by_year") or []:
        before, after, money = line["as_agreed"], line["in_scenario"], line["currency"]
        years.setdefault(line["year"], []).append(f"{money} {after:,.0f} instead of {before:,.0f}")
    for year, amounts in years.items():
        yield f"{year}: {_list(amounts, 'and')}."
    unknown = result.get("unknown_costs") or []
    if unknown:
        yield f"The cost of {_count(unknown, 'system')} is not entered, or only in part."


def _write_judgements(result: _Result) -> Iterator[str]:
    judged = result.get("judgements") or []
    worse = [one for one in judged if one["after"]["lock_in"] != one["before"]["lock_in"]]
    gained = [one for one in judged if one.get("duties_gained")]
    if worse:
        yield f"Judged on the changed facts, lock-in rises in {_count(worse, 'system')}."
    if gained:
        yield f"An exemption ends and duties begin to apply in {_count(gained, 'system')}."
    if judged and not worse and not gained:
        yield "Judged on the changed facts, no judgement moves."
    unjudged = result.get("not_judged") or []
    if unjudged:
        yield f"Never assessed, and so not judged anew: {_count(unjudged, 'system')}."


def _names(hits: Sequence[Mapping[str, Any]]) -> str:
    return _list([str(hit["name"]) for hit in hits], "and")


def _list(items: Sequence[str], joiner: str) -> str:
    shown = [str(item) for item in items[:_SHOWN]]
    if len(items) > _SHOWN:
        shown.append(f"{len(items) - _SHOWN} more")
    return ", ".join(shown[:-1]) + f" {joiner} {shown[-1]}" if len(shown) > 1 else "".join(shown)


def _count(items: Sequence[object], noun: str) -> str:
    return f"{len(items)} {noun}{'' if len(items) == 1 else 's'}"


def _days(span: Mapping[str, float]) -> str:
    low, high = f"{span['low']:g}", f"{span['high']:g}"
    return f"{high} day{'' if high == '1' else 's'}" if low == high else f"{low} to {high} days"
