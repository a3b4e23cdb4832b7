"""What to put right in packs of law although they load: reviews, dead rules, cases that fail or are missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from audit.engine.facts import FactType
from audit.engine.logic import Datum
from audit.engine.regulatory.bands import is_law
from audit.engine.rules import RulePack, RuleVersion
from audit.rulepacks.cases import Case, check_case, read_cases
from audit.rulepacks.frameworks import lint_frameworks
from audit.rulepacks.loader import RULEPACKS, list_pack_ids, load_regulatory_packs
from audit.rulepacks.problems import PackError, PackProblem


def lint_packs(types: Mapping[str, FactType], as_of: date, directory: Path = RULEPACKS) -> list[PackProblem]:
    """Every problem of every pack of law, with file and key; an empty list when there is none."""
    try:
        packs = load_regulatory_packs(list_pack_ids(directory), types, directory=directory)
        cases = [case for pack in packs for case in read_cases(directory / pack.id)]
    except PackError as error:
        return list(error.problems)
    return [
        *(problem for pack in packs for problem in _lint_reviews(pack, as_of)),
        *(problem for pack in packs for problem in _lint_dead_rules(pack)),
        *(problem for pack in packs for problem in _lint_fines(pack)),
        *(problem for pack in packs for problem in _lint_missing_cases(pack, cases)),
        *lint_frameworks(packs, directory),
        *(PackProblem(case.file, case.form.id, found) for case in cases for found in check_case(case, packs, types)),
    ]


def _lint_reviews(pack: RulePack, as_of: date) -> Iterator[PackProblem]:
    if pack.is_past_review(as_of):
        yield PackProblem(
            f"{pack.id}/pack.yaml", "review_by", f"{pack.review_by} has passed; check the pack against the law"
        )
    for rule in pack.rules:
        if as_of > rule.review_by:
            yield PackProblem(
                f"{pack.id}/obligations", rule.id, f"review_by {rule.review_by} has passed; check it again"
            )


def _lint_dead_rules(pack: RulePack) -> Iterator[PackProblem]:
    """A version whose condition is false whatever the facts, on every day on which it is the adopted one."""
    alive: set[RuleVersion] = set()
    for epoch in (date.min, *pack.boundaries):
        view = pack.at(epoch)
        values: dict[str, Datum] = {}
        for derivation in view.derivations:
            values[derivation.derived.key] = derivation.evaluate(values)
        alive |= {version for _, version in view.rules if version.when.decide(values) is not False}
    for rule in pack.rules:
        for place, version in enumerate(rule.versions):
            if version not in alive:
                yield PackProblem(
                    f"{pack.id}/obligations", rule.id, f"versions[{place}] can never hold, whatever the facts"
                )


def _lint_fines(pack: RulePack) -> Iterator[PackProblem]:
    """A rule that is no adopted law and names a fine all the same: it would stand among the maximum fines."""
    for rule in pack.rules:
        if rule.sanctions and not is_law(rule.about):
            yield PackProblem(
                f"{pack.id}/obligations",
                rule.id,
                f"is {rule.about['status']}, behind which no fine stands; leave out sanction",
            )


def _lint_missing_cases(pack: RulePack, cases: Sequence[Case]) -> Iterator[PackProblem]:
    shown = {row for case in cases for row in (*case.form.expected.duties, *case.form.expected.outcomes)}
    for rule in pack.rules:
        if rule.row not in shown:
            yield PackProblem(
                f"{pack.id}/cases", rule.row, "has no worked case that expects it; add one with its reason"
            )
