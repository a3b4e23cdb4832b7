"""What follows from a stress scenario is told in the language of the report, with its names as they were typed."""

from __future__ import annotations

import pytest
from django.utils import translation

from audit.portfolio.stress.sentences import name_scenario, write_sentences
from audit.reports.stored import told

HIT = {
    "name": "Loans, large and small",
    "short_by_days": {"low": 12, "high": 1200},
    "exit_plan": "missing",
    "stranded_assets": ["logs"],
}
GONE = {
    "scenario": "vendor_gone",
    "vendor": "Meier and Sons",
    "on": "2027-03-02",
    "as_of": "2026-11-20",
    "systems": 15,
    "systems_surely_hit": 1,
    "systems_perhaps_hit": 2,
    "critical_functions_hit": ["Lending"],
    "hits": [HIT],
    "cost_by_year": [{"year": 2027, "currency": "EUR", "as_agreed": 1000, "in_scenario": 3000.0}],
}


@pytest.mark.parametrize(
    ("scenario", "german"),
    [
        (GONE, "Meier and Sons und die Gruppe fallen am 2.\u00a0März 2027 weg"),
        ({"scenario": "price_times", "factor": "3"}, "Preise mal 3"),
        ({"scenario": "model_retired", "component": "GPT-4", "host": "OpenAI"}, "GPT-4 wird bei OpenAI eingestellt"),
        (
            {"scenario": "licence_changed", "component": "Llama 3", "to": "forbids_us"},
            "Die Lizenz von Llama 3 untersagt diese Nutzung",
        ),
    ],
)
def test_a_scenario_is_named_in_german(scenario: dict[str, object], german: str) -> None:
    with translation.override("de"):
        assert told(name_scenario(scenario)) == german  # type: ignore[arg-type] # plain JSON


def test_its_sentences_are_told_in_german_with_numbers_of_the_language() -> None:
    names = frozenset({"Lending", "Loans, large and small"})
    with translation.override("de"):
        found = [told(sentence, names) for sentence in write_sentences(GONE)]  # type: ignore[arg-type] # plain JSON
    assert found == [
        "Von 15 Systemen ist 1 sicher getroffen; bei 2 weiteren ist es nicht auszuschließen.",
        "Getroffene kritische Funktionen: Lending.",
        "2027: 3.000 EUR statt 1.000 EUR.",
        "Zu wenig Zeit: 1 System; am meisten fehlt bei Loans, large and small: 12 bis 1.200 Tage.",
        "Kein Ausstiegsplan: Loans, large and small (1 System).",
        "Verloren ginge (1 System): Protokolle.",
    ]
