"""Compares what a system runs on with what it could run on, by judging each on its own facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from audit.engine.assess import Assessment, PackSet, assess
from audit.engine.facts import FactSheet, JsonValue, parse_controls, parse_sheet
from audit.portfolio.comparison.choices import Choice, apply_choice, company_of, main_use, read_with_choices
from audit.portfolio.figures import measure_figures
from audit.portfolio.tables import ContractRow, Tables, UseRow, read_tables
from audit.rulepacks import load_packs
from audit.rulepacks.facts import fact_types
from audit.snapshots.assembly import assemble
from audit.snapshots.evidence import open_book
from audit.snapshots.openness import judge_components
from audit.snapshots.rows import Register
from audit.snapshots.subject import Subject
from governance.models import AISystem


@dataclass(frozen=True)
class Judged:
    """One choice with its facts and what they come to. ``register`` and ``tables`` are those of the choice.

    ``facts`` and ``controls`` are the raw JSON from which it was judged.
    """

    choice: Choice
    sheet: FactSheet
    facts: Mapping[str, JsonValue]
    controls: Mapping[str, JsonValue]
    assessment: Assessment
    register: Register
    tables: Tables

    @property
    def duties(self) -> frozenset[str]:
        """The obligations that apply, now or from a day to come."""
        return frozenset(duty.id for duty in self.assessment.regulatory.duties)

    @property
    def undecided(self) -> frozenset[str]:
        """The obligations of which the facts do not tell whether they apply."""
        return frozenset(duty.id for duty in self.assessment.regulatory.undetermined)


@dataclass(frozen=True)
class Comparison:
    """What is in use and the choices beside it, on one day. There is no winner in it, and no total."""

    system_id: int
    reference: str
    name: str
    as_of: date
    present: Judged
    choices: tuple[Judged, ...]


def compare_choices(*, system_id: int, choices: Sequence[Choice], as_of: date) -> Comparison:
    """Judge what is in use and each choice with the same engine, packs and day.

    Raises ``ChoiceError`` for a component or host that is not registered, ``FactSheetError`` for an assumed fact
    that does not fit, ``AISystem.DoesNotExist`` if there is no such system.
    """
    register = read_with_choices(system_id, choices)
    system = register.systems.get(system_id)
    if system is None:
        raise AISystem.DoesNotExist(f"there is no AI system with the id {system_id}")
    left = main_use(register, system_id)
    today = Choice(
        f"as today: {register.components[left.component_id].label}",
        left.component_id,
        left.run_mode,
        left.host_id,
        left.adaptation,
    )
    tables = read_tables()
    judge = _Judge(system_id, as_of, load_packs())
    present = judge.judge(today, register, tables)
    judged = []
    for choice in choices:
        changed = apply_choice(register, system_id, choice)
        judged.append(judge.judge(choice, changed, _apply_to_tables(tables, changed, system_id)))
    name = tables.system[system_id].name if system_id in tables.system else system.reference
    return Comparison(system_id, system.reference, name, as_of, present, tuple(judged))


def _apply_to_tables(tables: Tables, register: Register, system_id: int) -> Tables:
    """The whole register with this system's uses and contracts as the choice would have them."""
    volumes = [use for use in tables.uses_of.get(system_id, ()) if use.is_primary] or [
        *tables.uses_of.get(system_id, ())
    ]
    sent = volumes[0].yearly_volume_in if volumes else None
    received = volumes[0].yearly_volume_out if volumes else None
    uses = [
        UseRow(
            system_id,
            use.component_id,
            use.is_primary,
            use.run_mode,
            use.adaptation,
            use.host_id,
            sent if use.is_primary else None,
            received if use.is_primary else None,
        )
        for use in register.uses.get(system_id, ())
    ]
    kept = {row.id for row in register.dependencies.get(system_id, ())}
    contracts = [row for row in tables.contracts if row.system_id != system_id or row.id in kept]
    for row in register.dependencies.get(system_id, ()):
        if row.id == 0:  # a new arrangement, of which nothing is agreed yet
            shared = {name: getattr(row, name) for name in ContractRow._fields if name in row._fields}
            blank = dict.fromkeys(ContractRow._fields) | {"annual_cost_currency": ""}
            contracts.append(ContractRow(**{**blank, **shared}))
    return replace(
        tables,
        uses=[*(use for use in tables.uses if use.system_id != system_id), *uses],
        contracts=contracts,
    )


@dataclass(frozen=True)
class _Judge:
    system_id: int
    as_of: date
    packs: PackSet

    def judge(self, choice: Choice, register: Register, tables: Tables) -> Judged:
        """Make the fact sheet of one choice and assess it."""
        subject = Subject(register.systems[self.system_id], register, self.as_of)
        book, dossiers = open_book(register.evidence), judge_components(register)
        snapshot = assemble(subject, book, dossiers, measure_figures(tables, self.as_of))
        facts = {**snapshot.facts, **choice.assumed}
        sheet = parse_sheet(facts, fact_types())
        controls = parse_controls(snapshot.controls)
        assessment = assess(snapshot.reference, sheet, controls, self.packs, self.as_of)
        return Judged(choice, sheet, facts, snapshot.controls, assessment, register, tables)


def serving_company(judged: Judged) -> int | None:
    """The company that would run it; none for our own machines, and where it is not known."""
    return company_of(judged.register, main_use(judged.register, next(iter(judged.register.systems))))


def plain_judgements(judged: Judged) -> dict[str, JsonValue]:
    """The three judgements of a choice, side by side and never added up."""
    assessment = judged.assessment
    lock_in, transparency = assessment.lock_in.to_json(), assessment.transparency.to_json()
    law = assessment.regulatory.to_json()
    shown = ("low", "high", "band", "coverage", "exit_time_days", "orderly_margin_days", "sudden_margin_days")
    return {
        "lock_in": {key: lock_in[key] for key in shown},
        "transparency": {key: transparency[key] for key in ("low", "high", "band", "coverage")},
        "regulatory": {key: law[key] for key in ("aia_class", "possible_classes", "aia_roles", "missing_facts")}
        | {"duties": [*sorted(judged.duties)], "undecided": [*sorted(judged.undecided)]},
    }
