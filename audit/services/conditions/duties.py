"""Findings of law: duties in force that are not met or not shown, prohibited practices, and an undecided class."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from audit.engine.identity import ByIdentity
from audit.engine.regulatory import LawOutcome
from audit.engine.regulatory.bands import is_law
from audit.engine.rules import RuleVersion
from audit.models import FindingArea, Rating
from audit.reports.outcome import Duty, OpenDuty
from audit.rulepacks import load_packs
from audit.services.conditions.drafts import Case, FindingDraft, draft_once, join_words, write_day
from governance.vocabulary import load_vocabulary

_UNMET: Final = {"critical": Rating.VERY_HIGH, "high": Rating.HIGH, "medium": Rating.MODERATE, "low": Rating.LOW}
_UNSHOWN: Final = {"critical": Rating.HIGH, "high": Rating.MODERATE, "medium": Rating.MODERATE, "low": Rating.LOW}
_GRAVE: Final = ("prohibited", "prohibited_from_2026_12_02", "high_risk_annex_iii", "high_risk_annex_i_a")
MOST_DECIDING: Final = 12
"""So many of the questions that decide the class are listed with the finding."""
_ART_5: Final = "Regulation (EU) 2024/1689, Art. 5"


def find_in_law(case: Case) -> Iterator[FindingDraft]:
    """All findings of law."""
    yield from _find_prohibited(case)
    yield from _find_undecided(case)
    yield from _draft_duties(case.outcome.regulation.duties)
    if case.outcome.regulation.past_review:
        yield _draft_past_review(case.outcome.regulation.past_review)


def _draft_duty(duty: Duty) -> FindingDraft:
    severity = duty.severity if duty.severity in _UNMET else "high"  # an unknown severity is not a light one
    since = f" It applies since {write_day(duty.applies_from)}." if duty.applies_from else ""
    if duty.outcome == "undetermined":
        return _draft_unshown(duty, _UNSHOWN[severity], since)
    if is_beyond_cure(duty.rule):
        return _draft_unmet(
            duty,
            _UNMET[severity],
            f"By what is recorded the practice has not ended.{since}",
            "The facts themselves break the duty; no control cures that.",
            "End the practice, or correct the answers if they are wrong.",
        )
    if duty.control_status == "met" and duty.control_expires_on is not None:
        lost = write_day(duty.control_expires_on)
        return _draft_unmet(
            duty,
            _UNMET[severity],
            f"The control was met, and its evidence counts no more since {lost}.{since}",
            "The evidence has expired.",
            "Renew the evidence.",
        )
    return _draft_unmet(
        duty,
        _UNMET[severity],
        f"The control is entered as {_name_state(duty.control_status)}.{since}",
        "What the duty asks for is not fully in place.",
        "Put in place what is missing and enter the evidence.",
    )


def _name_state(status: str) -> str:
    """How far a control is, inside a sentence."""
    return "partly met" if status == "partly" else status.replace("_", " ") or "not met"


def _draft_unshown(duty: Duty, rating: Rating, since: str) -> FindingDraft:
    """Nothing shows whether the duty is met: nothing was recorded, or what was has expired."""
    has_expired = bool(duty.control_status)
    remedy = "Enter what is in place for it, with its evidence, or that nothing is."
    return FindingDraft(
        key=f"duty:{duty.rule}",
        area=FindingArea.REGULATORY,
        rating=rating,
        title=f"{duty.title}: nothing recorded",
        condition=(
            f"What was recorded on this duty counts no more.{since}"
            if has_expired
            else f"Nothing is recorded on this duty.{since}"
        ),
        criterion=duty.citation,
        cause="The evidence has expired." if has_expired else "No control is entered for it.",
        effect="Whether the duty is met cannot be shown to a supervisor.",
        recommendation="Renew the evidence." if has_expired else remedy,
    )


def _draft_unmet(duty: Duty, rating: Rating, condition: str, cause: str, recommendation: str) -> FindingDraft:
    return FindingDraft(
        key=f"duty:{duty.rule}",
        area=FindingArea.REGULATORY,
        rating=rating,
        title=f"{duty.title}: not met",
        condition=condition,
        criterion=duty.citation,
        cause=cause,
        effect=(
            "The organisation does not meet a duty that is in force."
            if is_adopted(duty.rule)
            else "What the rule asks for is not done. It is not adopted law."
        ),
        recommendation=recommendation,
    )


def is_beyond_cure(rule_id: str) -> bool:
    """Whether the rule says that no control cures its breach, as that of a prohibited practice."""
    return any(version.no_control_cures for version in _find_versions(rule_id))


def is_adopted(rule_id: str) -> bool:
    """Whether the rule is adopted law, and not guidance or a proposal."""
    return all(is_law(version.static) for version in _find_versions(rule_id))


def _find_versions(rule_id: str) -> list[RuleVersion]:
    rules = [pack.rule_by_id[rule_id] for pack in load_packs().regulatory if rule_id in pack.rule_by_id]
    return [version for rule in rules for version in rule.versions]


def _draft_open(duties: Sequence[Duty]) -> tuple[FindingDraft, ...]:
    """Of the duties in force those that are not met or not shown to be.

    A duty of the legal entity stands on its own sheet, once, and not with each of its systems.
    """
    return tuple(
        [
            _draft_once(duty)
            for duty in duties
            if duty.in_force and not duty.of_entity and duty.outcome in ("not_satisfied", "undetermined")
        ]
    )


_draft_once: Final = ByIdentity(_draft_duty)
_draft_duties: Final = ByIdentity(_draft_open, most=2_000)


def _find_prohibited(case: Case) -> Iterator[FindingDraft]:
    law = case.outcome.regulation
    if law.aia_class not in ("prohibited", "prohibited_from_2026_12_02"):
        return
    later = law.aia_class != "prohibited"
    points = f" ({join_words(law.art_5_points)})" if law.art_5_points else ""
    yield FindingDraft(
        key="class:prohibited",
        area=FindingArea.REGULATORY,
        rating=Rating.VERY_HIGH,
        title="Prohibited from 2 December 2026" if later else "Prohibited practice",
        condition=f"By the facts entered the system falls under a prohibited practice{points}.",
        criterion=_ART_5,
        cause="The answers on prohibited practices, or on biometrics and emotion, meet the provision.",
        effect=(
            "From 2 December 2026 it may no longer be placed on the market, put into service or used."
            if later
            else "It may not be placed on the market, put into service or used."
        ),
        recommendation="Have the legal department check the answers at once; if they are right, the use has to end.",
    )


def _find_undecided(case: Case) -> Iterator[FindingDraft]:
    law = case.outcome.regulation
    if not law.aia_class:
        yield _draft_undecided(law.possible_classes, case.asked, is_in_service=case.is_in_service)
    elif (still_open := _describe_open(law.undetermined)) is not None:
        yield _draft_still_open(still_open, case.asked, is_in_service=case.is_in_service)


@draft_once
def _draft_undecided(possible: tuple[str, ...], asked: tuple[str, ...], *, is_in_service: bool) -> FindingDraft:
    grave = any(each in _GRAVE for each in possible)
    return FindingDraft(
        key="class:undecided",
        area=FindingArea.REGULATORY,
        rating=Rating.HIGH if grave and is_in_service else Rating.MODERATE if grave else Rating.LOW,
        title="Class under the AI Act not decided",
        condition=f"{len(possible)} classes remain possible.",
        criterion="Regulation (EU) 2024/1689, Art. 5, 6 and 50",
        cause=f"Not answered yet: {_ask(asked, most=MOST_DECIDING)}",
        effect="Which duties apply cannot be told; a prohibited or high-risk use may go unnoticed."
        if grave
        else "Which duties apply cannot be told.",
        recommendation="Answer these questions, the first one first.",
    )


class _StillOpen(NamedTuple):
    """How many duties of a system may apply, which, and by what law."""

    how_many: int
    titles: str
    citations: str


def _list_still_open(undetermined: Sequence[OpenDuty]) -> _StillOpen | None:
    still_open = [duty for duty in undetermined if not duty.of_entity]
    if not still_open:
        return None
    citations = join_words(tuple(dict.fromkeys(duty.citation for duty in still_open)), most=4)[:300]
    return _StillOpen(len(still_open), join_words([duty.title for duty in still_open]), citations)


_describe_open: Final = ByIdentity(_list_still_open, most=2_000)


@draft_once
def _draft_still_open(still_open: _StillOpen, asked: tuple[str, ...], *, is_in_service: bool) -> FindingDraft:
    return FindingDraft(
        key="duties:undecided",
        area=FindingArea.REGULATORY,
        rating=Rating.MODERATE if is_in_service else Rating.LOW,
        title="Duties whose application is not decided",
        condition=f"{still_open.how_many} duties may apply: {still_open.titles}.",
        criterion=still_open.citations,
        cause=f"Not answered yet: {_ask(asked)}",
        effect="A duty that applies may go unnoticed.",
        recommendation="Answer these questions, the first one first.",
    )


def list_asked(law: LawOutcome) -> tuple[str, ...]:
    """The missing facts that decide the class, all that are missing where none says so; else those of open duties."""
    if law.answers.get("aia_class"):
        return law.asked
    answers = law.missing.answers
    deciding = next((keys for label, keys in answers if label == "class"), ())
    return deciding or tuple(dict.fromkeys([*(key for _, keys in answers for key in keys), *dict(law.missing.duties)]))


def _ask(keys: tuple[str, ...], *, most: int = 3) -> str:
    facts = load_vocabulary().facts
    questions = [facts[key].question if key in facts else key for key in keys[:most]]
    more = f" … and {len(keys) - most} more." if len(keys) > most else ""
    return " ".join(questions) + more


def _draft_past_review(packs: tuple[str, ...]) -> FindingDraft:
    return FindingDraft(
        key="method:past_review",
        area=FindingArea.REGULATORY,
        rating=Rating.LOW,
        title="Rules past their review",
        condition=f"The day by which these packs were to be reviewed has passed: {join_words(packs)}.",
        criterion="Each rule pack states the day by which it has to be checked against the law.",
        cause="No newer version of the packs is installed.",
        effect="The law may have changed since; every result of these packs says so.",
        recommendation="Install the current version of the packs.",
    )
