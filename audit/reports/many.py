"""The evidence of a report on many assessments: each with its facts, its hash and its compact row; the packs once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from django.utils.translation import gettext

from audit.engine.facts import JsonValue
from audit.models import Assessment, Report, RulePackRecord
from audit.models.results import is_whole
from audit.reports.attachments import Attachment, attach, canonical_json
from audit.reports.packing import PackedFile, Packer
from audit.reports.request import ReportRequestError
from audit.rulepacks.compact import make_compact
from audit.rulepacks.embedded import describe_types
from audit.rulepacks.facts import fact_types


@dataclass(frozen=True, slots=True)
class Judged:
    """One assessment as it is embedded: ``label`` tells apart several of the same system, such as a memo's choices.

    Its outcome is named by the hash of the whole result, or by that of the outcome as it is kept (``engine.brief``),
    which needs no computation; the other one is empty.
    """

    id: str
    facts: Mapping[str, JsonValue]
    controls: Mapping[str, JsonValue]
    row: Mapping[str, JsonValue]
    result_sha256: str
    packs: Mapping[str, str]
    engine: str
    label: str = ""
    outcome_sha256: str = ""


@dataclass(frozen=True, slots=True)
class UsedPack:
    """A rule pack with its identity and its content."""

    name: str
    version: str
    sha256: str
    content: JsonValue


def read_judged(assessment: Assessment, reference: str, label: str = "") -> Judged:
    """Give a stored assessment as it is embedded; its fact sheet must have been read with it."""
    sheet, outcome = assessment.fact_sheet.content, assessment.outcome
    kept_whole = is_whole(outcome)
    return Judged(
        id=reference,
        facts=sheet.get("facts", {}),
        controls=sheet.get("controls", {}),
        row=make_compact(outcome, as_of=assessment.as_of, valid_until=assessment.valid_until),
        result_sha256=assessment.outcome_sha256 if kept_whole else "",
        outcome_sha256="" if kept_whole else assessment.outcome_sha256,
        packs=assessment.packs,
        engine=assessment.engine,
        label=label,
    )


def read_packs(judged: Iterable[Judged]) -> tuple[UsedPack, ...]:
    """Read the packs that the assessments name, each once, in one query.

    Raises ``ReportRequestError`` when one was not kept: then nothing could be computed again.
    """
    return read_packs_named({identity for each in judged for identity in each.packs.values()})


def read_packs_named(identities: Iterable[str]) -> tuple[UsedPack, ...]:
    """Read packs by their identities, ``2026.11.1+sha256:…``; raises as ``read_packs`` does."""
    wanted = {identity.rpartition("sha256:")[2] for identity in identities}
    rows = RulePackRecord.objects.filter(sha256__in=wanted).order_by("pack", "version", "sha256")
    found = tuple(UsedPack(row.pack, row.version, row.sha256, row.content) for row in rows)
    if missing := wanted - {pack.sha256 for pack in found}:
        raise ReportRequestError(f"The rule packs {', '.join(sorted(missing))} were not kept; reassess and ask again.")
    return found


class AssessmentsFile:
    """The assessments as one file, packed one after the other: thousands of fact sheets are never held at once."""

    def __init__(self) -> None:
        self._sets: list[dict[str, object]] = []
        self._packer = Packer()
        self._packer.add(b'{"assessments":[')
        self._between = b""

    def add(self, judged: Judged) -> None:
        """Encode one more; the set of packs that judged it is written once for all."""
        judged_by: dict[str, object] = {"packs": dict(judged.packs), "engine": judged.engine}
        if judged_by not in self._sets:
            self._sets.append(judged_by)
        row: dict[str, object] = {
            "id": judged.id,
            "label": judged.label,
            "facts": judged.facts,
            "controls": judged.controls,
            "row": judged.row,
            "judged_by": self._sets.index(judged_by),
        }
        named = "outcome_sha256" if judged.outcome_sha256 else "result_sha256"
        row[named] = judged.outcome_sha256 or judged.result_sha256
        self._packer.add(self._between + canonical_json(row))
        self._between = b","

    @cached_property
    def packed(self) -> PackedFile:
        """The whole file, canonical JSON; nothing can be added once it was asked for."""
        self._packer.add(b'],"judged_by":%s}' % canonical_json(self._sets))
        return self._packer.close()


def build_evidence(
    report: Report,
    judged: Iterable[Judged] | AssessmentsFile,
    packs: Iterable[UsedPack],
    more: Iterable[Attachment] = (),
) -> tuple[Attachment, ...]:
    """Give the attachments of a report on many assessments, in the order in which they are listed.

    ``more`` are the kind's own files; they are hashed on the signature page like all others.
    """
    if not isinstance(judged, AssessmentsFile):
        encoded = AssessmentsFile()
        for each in judged:
            encoded.add(each)
        judged = encoded
    return (
        attach("report.json", gettext("What was asked for"), "Data", canonical_json(_describe(report))),
        Attachment("assessments.json", gettext("Facts and outcome of each assessment"), "Source", judged.packed),
        attach("rule-packs.json", gettext("Rule packs as they were used"), "Source", canonical_json(_keep(packs))),
        attach(
            "fact-types.json",
            gettext("Types and choices of the facts"),
            "Source",
            canonical_json(describe_types(fact_types())),
        ),
        *more,
    )


_ASKED_FOR: Final = ("number", "version", "kind", "status", "language", "as_of", "parameters")


def _describe(report: Report) -> dict[str, object]:
    return {name: getattr(report, name) for name in _ASKED_FOR} | {"subject": report.subject}


def _keep(packs: Iterable[UsedPack]) -> dict[str, object]:
    return {pack.sha256: {"pack": pack.name, "version": pack.version, "content": pack.content} for pack in packs}
