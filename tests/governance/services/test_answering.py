"""Answers are checked all at once against the vocabulary and saved all or none."""

from __future__ import annotations

from datetime import date

import pytest

from governance.models import AISystem, AuditEvent, LegalEntity
from governance.services.answering import Answer, AnswersError, save_answers, save_entity_answers

DAY = date(2026, 11, 20)


@pytest.fixture
def system(db: None) -> AISystem:
    entity = LegalEntity.objects.create(name="Aldermoor Bank AG", country="DE")
    return AISystem.objects.create(
        reference="SYS-001", name="Chatbot", legal_entity=entity, purpose="Answers.", owner="Service", stage="idea"
    )


def answer(system: AISystem, **by_key: Answer | None) -> AuditEvent | None:
    answers = {key.replace("__", "."): value for key, value in by_key.items()}
    return save_answers(system_id=system.pk, answers=answers, actor="anna", answered_on=DAY)


def test_an_answer_is_kept_with_who_gave_it_and_when(system: AISystem) -> None:
    answer(system, sys__profiling=Answer(False, source="interview"))
    system.refresh_from_db()
    assert system.answers == {
        "sys.profiling": {
            "value": False,
            "source": "interview",
            "answered_by": "anna",
            "answered_on": "2026-11-20",
        }
    }


def test_a_cleared_answer_is_unknown_again_and_not_no(system: AISystem) -> None:
    answer(system, sys__profiling=Answer(False))
    answer(system, sys__profiling=None)
    system.refresh_from_db()
    assert system.answers == {}


def test_known_to_be_none_is_kept_apart_from_unknown(system: AISystem) -> None:
    # The vocabulary says what null means here: it has not been placed on the market yet.
    answer(system, sys__first_placed_date=Answer(None), sys__generates=Answer([]))
    system.refresh_from_db()
    assert system.answers["sys.first_placed_date"]["value"] is None
    assert system.answers["sys.generates"]["value"] == []


def test_all_wrong_answers_are_named_at_once_and_nothing_is_saved(system: AISystem) -> None:
    with pytest.raises(AnswersError) as caught:
        answer(
            system,
            sys__profiling=Answer("yes"),
            sys__profilling=Answer(True),
            sys__first_placed_date=Answer(date(1899, 12, 31)),
            sys__use_cases=Answer(["none_listed", "creditworthiness"]),
            sys__evaluates=Answer("nobody knows"),
            sys__ai_definition=Answer(None),
            org__size=Answer("large"),
            data__personal=Answer(True),
        )
    assert {problem.key for problem in caught.value.problems} == {
        "sys.profiling",
        "sys.profilling",
        "sys.first_placed_date",
        "sys.use_cases",
        "sys.evaluates",
        "sys.ai_definition",
        "org.size",
    }
    message = str(caught.value)
    assert "did you mean sys.profiling" in message
    assert "before 1900" in message
    system.refresh_from_db()
    assert system.answers == {}


def test_an_unchanged_answer_records_nothing_and_keeps_its_first_day(system: AISystem) -> None:
    answer(system, sys__profiling=Answer(True))
    again = save_answers(
        system_id=system.pk, answers={"sys.profiling": Answer(True)}, actor="ben", answered_on=date(2027, 1, 1)
    )
    system.refresh_from_db()
    assert again is None
    assert system.answers["sys.profiling"]["answered_by"] == "anna"


def test_the_history_says_what_was_answered_before(system: AISystem) -> None:
    answer(system, sys__profiling=Answer(True))
    event = answer(system, sys__profiling=Answer(False))
    assert event is not None
    assert event.changes == {"answers.sys.profiling": [{"value": True}, {"value": False}]}
    assert event.system_id == system.pk


def test_what_is_true_of_the_organisation_is_answered_there(system: AISystem) -> None:
    save_entity_answers(
        legal_entity_id=system.legal_entity_id, answers={"org.size": Answer("large")}, actor="anna", answered_on=DAY
    )
    system.legal_entity.refresh_from_db()
    assert system.legal_entity.answers["org.size"]["value"] == "large"
    with pytest.raises(AnswersError, match="the system's page"):
        save_entity_answers(
            legal_entity_id=system.legal_entity_id, answers={"sys.profiling": Answer(True)}, actor="anna"
        )


@pytest.mark.parametrize("written", ["Colorado", "COLORADO", "5", "XX", "co"])
def test_a_state_that_the_law_would_not_know_is_refused(system: AISystem, written: str) -> None:
    """Under “Colorado” the law of CO would seem not to apply."""
    with pytest.raises(AnswersError, match="give its two capital letters"):
        answer(system, jur__us_states=Answer(["CA", written]))
    answer(system, jur__us_states=Answer(["CA", "CO", "DC"]))
    system.refresh_from_db()
    assert system.answers["jur.us_states"]["value"] == ["CA", "CO", "DC"]


def test_a_country_that_does_not_exist_is_refused(system: AISystem) -> None:
    """The United Kingdom is GB: under UK no country would be found."""
    with pytest.raises(AnswersError, match="is not a country"):
        save_entity_answers(
            legal_entity_id=system.legal_entity_id, answers={"org.countries": Answer(["DE", "UK"])}, actor="anna"
        )
