"""The proof on demand and what would flip the class: in words, never in keys."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import PackSetRecord
from audit.views.spoken import Line, tell_flips, tell_proof
from governance.models import AISystem
from governance.vocabulary import load_vocabulary

KEY = re.compile(r"\b(?:sys|aia|org|data|model|vendor|exit|trans|open|ict)\.[a-z_0-9]+\b")


def read(fact: str, value: object, **more: Any) -> dict[str, Any]:
    return {"fact": fact, "value": value, "state": "known", "grade": "", "source": "", **more}


def flip(to: str, *changes: tuple[str, object, object], gained: int = 0, lost: int = 0) -> dict[str, Any]:
    told = [{"fact": fact, "now": now, "then": then} for fact, now, then in changes]
    return {"to": to, "changes": told, "gained": ["x"] * gained, "lost": ["x"] * lost}


def test_a_comparison_asks_the_question_and_says_what_was_found_and_how_we_know() -> None:
    step = {
        "says": "sys.profiling is false",
        "outcome": "does not hold",
        "reads": [read("sys.profiling", True, grade="verified", source="Model documentation")],
    }
    question = load_vocabulary().facts["sys.profiling"].question
    assert list(tell_proof(step, {})) == [
        Line(0, question, "no", "yes", "verified, Model documentation", "does not hold")
    ]


def test_a_group_stands_above_its_parts() -> None:
    part = {"says": "aia.in_scope is true", "outcome": "holds", "reads": [read("aia.in_scope", True, state="derived")]}
    lines = list(
        tell_proof({"says": "all of", "outcome": "holds", "parts": [part]}, {"aia.in_scope": "The Act applies."})
    )
    assert [(line.depth, line.about) for line in lines] == [(0, "All of these"), (1, "The Act applies.")]
    assert lines[1].known_by == "concluded from other facts"


def test_what_is_not_known_is_said_so() -> None:
    step = {
        "says": "sys.profiling is true",
        "outcome": "undecided",
        "reads": [read("sys.profiling", None, state="unknown")],
    }
    assert next(tell_proof(step, {})).found == "not known"


def test_one_change_is_told_for_each_class_with_its_provision_and_the_few_duties_that_follow() -> None:
    registration = {
        "id": "AIA-49-2",
        "title": "Register the conclusion",
        "citation": "Regulation (EU) 2024/1689, Art. 49(2)",
        "applies_from": "2026-08-02",
    }
    filtered = flip("annex_iii_filtered", ("sys.profiling", True, False), gained=1, lost=3)
    told = tell_flips(
        [
            {**filtered, "because": "Art. 6(3)", "then": [registration]},
            flip("minimal", ("sys.evaluates", "natural_persons", "legal_persons_only"), gained=4, lost=1),
            flip("minimal", ("sys.profiling", True, False), lost=1),
        ]
    )
    assert len(told) == 2
    assert told[0].startswith("Filtered out of Annex III (Art. 6(3)), if")
    assert "then “Register the conclusion” (" in told[0]
    assert "Art. 49(2)) and three duties would end." in told[0]
    assert told[1].startswith("Minimal, if")
    assert told[1].endswith("; four duties would begin and one duty would end.")


@pytest.mark.django_db
def test_the_proof_page_shows_no_key_and_opens_what_was_asked_for(
    bank: dict[str, AISystem], sign_in: Callable[[str], Client]
) -> None:
    address = reverse("reasons", args=[bank["chatbot"].pk])
    page = sign_in("auditor").get(address, {"of": "aia.roles"}).content.decode()
    text = re.sub(r"<[^>]+>", " ", page)
    assert KEY.findall(text) == []
    assert "open readings" not in text
    assert re.findall(r'<details class="proof" id="of-([^"]+)" open>', page) == ["aia.roles"]
    assert "rules of version" in page


@pytest.mark.django_db
def test_rules_that_have_changed_prove_nothing(bank: dict[str, AISystem], sign_in: Callable[[str], Client]) -> None:
    PackSetRecord.objects.update(content={"eu_ai_act": "2025.1.1+sha256:0"})
    client = sign_in("auditor")
    page = client.get(reverse("reasons", args=[bank["chatbot"].pk])).content.decode()
    assert "The rules have changed since this assessment" in page
    assert "The rules have changed" in client.get(reverse("system", args=[bank["chatbot"].pk])).content.decode()


@pytest.mark.django_db
def test_before_an_assessment_there_is_no_proof(bank: dict[str, AISystem], sign_in: Callable[[str], Client]) -> None:
    assert sign_in("auditor").get(reverse("reasons", args=[bank["waiting"].pk])).status_code == 404
