"""The openness of one dossier: separate evaluators, never averaged into one number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from audit.engine.facts import JsonValue
from audit.engine.openness.claims import Contradiction, find_contradictions, is_open_washing, judge_claim
from audit.engine.openness.dossier import Availability, Dossier, Licence, OpennessTables
from audit.engine.openness.mof import MofResult, judge_mof_at_best, judge_mof_normalised, judge_mof_strict
from audit.engine.openness.osai import find_unanswered, score_osai
from audit.engine.openness.status import TITLES, Openings, Status, StatusResult, judge_status


@dataclass(frozen=True)
class OpennessResult:
    """All that the frameworks say about one dossier.

    ``mof_strict``, ``mof_normalised`` and ``osai_score`` are ``None`` where they do not apply
    (``framework_not_applicable`` tells why) or, for the score, where nothing was recorded; ``osai_unanswered`` are
    the dimensions that it counts as closed because nobody has judged them. ``claim_outcomes`` has what comes of each
    claim, in their order.
    """

    dossier: Dossier
    licences: Mapping[str, Licence]
    status_result: StatusResult
    mof_strict: MofResult | None
    mof_normalised: MofResult | None
    mof_at_best: MofResult | None
    osai_score: float | None
    osai_unanswered: tuple[str, ...]
    open_washing: bool | None
    claim_outcomes: tuple[str, ...]
    contradictions: tuple[Contradiction, ...]
    warnings: tuple[str, ...]
    framework_not_applicable: str

    @property
    def status(self) -> Status:
        """The status word."""
        return self.status_result.status

    @property
    def reason(self) -> str:
        """Why, in one sentence."""
        return self.status_result.reason

    @property
    def missing(self) -> tuple[str, ...]:
        """What would have to be known where the status is undetermined."""
        return self.status_result.missing

    @property
    def weights_obtainable(self) -> bool | None:
        """Whether the final weights can be had, under whatever licence; ``None`` if unknown, or for software."""
        return self.status_result.weights_obtainable

    @property
    def mof_class(self) -> str | None:
        """I, II, III or none, licences as understood; ``None`` while unknown components could still raise it."""
        if self.mof_normalised is None or self.mof_at_best is None:
            return None
        return self.mof_normalised.name if self.mof_normalised.level == self.mof_at_best.level else None

    def to_json(self) -> dict[str, JsonValue]:
        """Give the result in the shape of the door (facts/openness/README.md §6)."""
        return {
            "id": self.dossier.id,
            "mof": None if self.mof_strict is None else self.mof_strict.to_json(),
            "mof_normalised": None if self.mof_normalised is None else self.mof_normalised.to_json(),
            "mof_differs": _differences(self.mof_strict, self.mof_normalised),
            "osai": {"score": self.osai_score},
            "licences": {raw: describe_licence(self.licences[raw]) for raw in sorted(self.licences)},
            "weights_obtainable": self.weights_obtainable,
            "status": self.status.value,
            "status_title": TITLES[self.status],
            "reason": self.reason,
            "missing": [*self.missing],
            "open_washing": self.open_washing,
            "contradictions": [each.to_json() for each in self.contradictions],
            "warnings": [*self.warnings],
            "not_applicable": self.framework_not_applicable or None,
        }


def judge_openness(dossier: Dossier, tables: OpennessTables, licences: Mapping[str, Licence]) -> OpennessResult:
    """Judge one dossier; ``licences`` is how each of its licence texts is understood."""
    openings = Openings(dossier, tables, licences)
    verdict = judge_status(openings)
    reason = _why_frameworks_do_not_apply(dossier)
    texts = licence_texts(dossier)
    return OpennessResult(
        dossier=dossier,
        licences={raw: licences[raw] for raw in texts if raw in licences},
        status_result=verdict,
        mof_strict=None if reason else judge_mof_strict(dossier, tables),
        mof_normalised=None if reason else judge_mof_normalised(dossier, tables, licences),
        mof_at_best=None if reason else judge_mof_at_best(dossier, tables, licences),
        osai_score=None if reason else score_osai(dossier, tables),
        osai_unanswered=() if reason else find_unanswered(dossier, tables),
        open_washing=is_open_washing(openings, verdict.status),
        claim_outcomes=tuple(judge_claim(openings, verdict.status, claim) for claim in dossier.claims),
        contradictions=find_contradictions(openings, verdict.status),
        warnings=_warnings(dossier),
        framework_not_applicable=reason,
    )


def licence_texts(dossier: Dossier) -> tuple[str, ...]:
    """Every licence text of the dossier, once, in order."""
    own = [text for part in dossier.components for text in (part.licence, *part.other_licences)]
    return tuple(dict.fromkeys(text for text in (*dossier.licences.values(), *own) if text))


def describe_licence(licence: Licence) -> dict[str, JsonValue]:
    """A licence's profile as plain data."""
    return {
        "expression": licence.expression,
        "name": licence.name,
        "open": licence.is_open,
        "flags": [*sorted(licence.flags)],
        "terms": licence.terms,
    }


def _why_frameworks_do_not_apply(dossier: Dossier) -> str:
    if dossier.in_house:
        return "our own model; the frameworks describe what is published"
    return "software is judged by its licence and governance" if dossier.is_software else ""


def _differences(strict: MofResult | None, normalised: MofResult | None) -> list[JsonValue]:
    if strict is None or normalised is None:
        return []
    return [
        {"component": name, "strict": status, "normalised": normalised.components[name]}
        for name, status in strict.components.items()
        if status != normalised.components[name]
    ]


def _warnings(dossier: Dossier) -> tuple[str, ...]:
    unknown = sorted(name for name, part in dossier.latest().items() if part.availability is Availability.UNKNOWN)
    twice = [f"{name} is listed twice; the last entry counts" for name in dossier.listed_twice()]
    return (*twice, *[f"it is not known whether {name} can be had; it counts as missing" for name in unknown])
