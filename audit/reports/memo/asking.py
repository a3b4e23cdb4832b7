"""What a decision memo must be asked for with: a system and one to four choices; and all that goes into it."""

from __future__ import annotations

from typing import Final

from audit.engine.canonical import hash_canonical
from audit.engine.facts import FactSheetError, JsonValue
from audit.models import Report
from audit.portfolio.comparison import ChoiceError, Comparison, compare_choices, write_memo
from audit.reports.memo.choosing import build_choice, read_choice
from audit.reports.request import ReportRequestError
from governance.models import AISystem

MOST_CHOICES: Final = 4


def prepare(report: Report) -> None:
    """Put the choices on the row with the components and companies they name, as ids.

    Raises ``ReportRequestError`` naming everything that is wrong with the system or a choice, all at once. Whether
    they can be compared is seen when the content is described, before anything is stored.
    """
    if report.system_id is None:
        raise ReportRequestError("A decision memo needs the system it is about.", about="system")
    given = report.parameters.get("choices")
    if not isinstance(given, list) or not 1 <= len(given) <= MOST_CHOICES:
        raise ReportRequestError(
            f"A decision memo needs one to {MOST_CHOICES} choices, as a list under “choices”.", about="parameters"
        )
    problems: list[str] = []
    read = [read_choice(number, choice, problems) for number, choice in enumerate(given, start=1)]
    if problems:
        raise ReportRequestError(" ".join(problems), about="parameters")
    report.parameters = {"choices": [choice for choice in read if choice is not None]}


def compare(report: Report) -> Comparison:
    """Judge what is in use and each choice. Raises ``ReportRequestError`` for what cannot be compared."""
    if report.system_id is None:
        raise ReportRequestError("A decision memo needs the system it is about.", about="system")
    choices = [build_choice(plain) for plain in report.parameters["choices"]]
    try:
        return compare_choices(system_id=report.system_id, choices=choices, as_of=report.as_of)
    except (ChoiceError, FactSheetError) as error:
        raise ReportRequestError(f"The choices cannot be compared: {error}", about="parameters") from error
    except AISystem.DoesNotExist as error:
        raise ReportRequestError(f"{error}.", about="system") from error


def describe_content(report: Report) -> JsonValue:
    """All that the memo tells, and the facts of each choice."""
    comparison = compare(report)
    judged = (comparison.present, *comparison.choices)
    return {
        "memo": hash_canonical(write_memo(comparison)),
        "facts": [hash_canonical({"facts": {**each.facts}, "controls": {**each.controls}}) for each in judged],
    }
