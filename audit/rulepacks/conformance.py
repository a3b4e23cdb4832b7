"""The worked cases of all packs of law as one page: what anyone who computes the same law can compare with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Final

from audit.engine.rules import RulePack
from audit.rulepacks.cases import Case, read_cases, read_defaults
from audit.rulepacks.facts import fact_types
from audit.rulepacks.loader import RULEPACKS, list_pack_ids, load_regulatory_packs
from audit.rulepacks.schema import ExpectedForm

HEAD: Final = """# Conformance set

Written by `manage.py conformance`; do not edit it by hand.

Each row is a worked case of a rule pack: facts in, expected outcome out, with its legal reason. They run in the tests
against the packs of this version. Facts that a row does not name have the default under [Defaults](#defaults); a fact
named as unknown is absent, which no default fills. Outcomes name only what the case is about; "exactly" means that no
other duty is owed. Days are those from which a duty applies. All systems and firms are made up. No legal advice.
"""
ANSWERS: Final[Mapping[str, str]] = {
    "aia_class": "class",
    "possible_classes": "possible classes",
    "class_on_go_live": "class on go-live",
    "annex_iii_points_on_go_live": "Annex III on go-live",
    "aia_roles": "roles",
    "possible_roles": "possible roles",
    "annex_iii_points": "Annex III",
    "art_5_points": "Art. 5",
    "gpai_class": "model",
    "grandfathered_art_111_2": "Art. 111(2)",
    "scope_rule": "scope",
    "high_risk_duties_from": "high-risk duties from",
    "missing_facts": "missing",
}


def write_conformance(directory: Path = RULEPACKS) -> str:
    """The whole page as Markdown; raises ``PackError`` when packs or cases do not load."""
    packs = load_regulatory_packs(list_pack_ids(directory), fact_types(), directory=directory)
    cases = {pack.id: read_cases(directory / pack.id) for pack in packs}
    parts = [HEAD, f"{sum(map(len, cases.values()))} cases in {len(packs)} packs.\n"]
    parts += ["\n".join(_write_pack(pack, cases[pack.id], read_defaults(directory / pack.id))) for pack in packs]
    defaults = {key: value for pack in packs for key, value in read_defaults(directory / pack.id).items()}
    parts.append("\n".join(_write_defaults(defaults)))
    return "\n".join(parts)


def _write_pack(pack: RulePack, cases: list[Case], defaults: Mapping[str, object]) -> Iterator[str]:
    yield f"## {pack.title} (`{pack.id}` {pack.version})\n"
    yield "| Case | As of | Facts | Outcome | Reason |"
    yield "|---|---|---|---|---|"
    for case in cases:
        cells = (case.form.id, case.as_of.isoformat(), _facts(case, defaults), _outcome(case.form.expected), _why(case))
        yield f"| {' | '.join(_clean(cell) for cell in cells)} |"
    yield ""


def _write_defaults(defaults: Mapping[str, object]) -> Iterator[str]:
    yield "## Defaults\n"
    yield "Only the cases have them; the product never fills a fact that nobody gave.\n"
    yield "| Fact | Value |"
    yield "|---|---|"
    for key, value in sorted(defaults.items()):
        yield f"| {key} | {_clean(_say(value))} |"
    yield ""


def _clean(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def _facts(case: Case, defaults: Mapping[str, object]) -> str:
    if case.form.nothing_known:
        return "nothing is known"
    given = [f"{key} = {_say(value)}" for key, value in case.facts.items() if _say(value) != _say(defaults.get(key))]
    given += [f"{key} unknown" for key in case.form.unknown]
    title = f"{case.form.title}: " if case.form.title else ""
    return title + ("; ".join(given) or "the defaults")


def _say(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "nothing"
    return value.isoformat() if isinstance(value, date) else str(value)


def _outcome(expected: ExpectedForm) -> str:
    named = {key: getattr(expected, key) for key in ANSWERS if key in expected.answers}
    said = [f"{ANSWERS[key]} {_say(value)}" for key, value in named.items()]
    days: dict[str, list[str]] = {}
    for row, day in expected.duties.items():
        days.setdefault(day.isoformat() if day else "no single day", []).append(row)
    duties = ", ".join(f"{', '.join(rows)} ({day})" for day, rows in days.items())
    if expected.complete:
        said.append(f"duties exactly {duties}" if duties else "no duty")
    elif duties:
        said.append(f"duties {duties}")
    said += [f"{row} {outcome.replace('_', ' ')}" for row, outcome in expected.outcomes.items()]
    said += [f"{row} by another reading {day}" for row, day in expected.other_readings.items()]
    if expected.undetermined:
        said.append(f"undetermined {', '.join(expected.undetermined)}")
    if expected.must_not_fire:
        said.append(f"not {', '.join(expected.must_not_fire)}")
    return "; ".join(said)


def _why(case: Case) -> str:
    sure = "" if case.form.confidence == "high" else f" (confidence {case.form.confidence})"
    return case.form.reason + sure + (f" Note: {case.form.note}" if case.form.note else "")


def check_conformance(page: Path, directory: Path = RULEPACKS) -> str:
    """What is wrong with the page on file, in words; empty when it is up to date."""
    if not page.is_file():
        return f"{page.name} is missing; write it with manage.py conformance"
    if page.read_text(encoding="utf-8") != write_conformance(directory):
        return f"{page.name} is not up to date; write it anew with manage.py conformance"
    return ""
