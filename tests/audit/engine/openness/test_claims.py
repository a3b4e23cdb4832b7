"""What comes of each claim follows from who makes it, what it says, and what the facts give (README.md §4)."""

from __future__ import annotations

from typing import Any

import pytest

from audit.engine.openness import OpennessResult, describe_openness
from audit.licences.dossiers import judge_dossier, parse_dossier

WEIGHTS = "Model parameters (Final)"
OPEN: list[dict[str, Any]] = [
    {"name": name, "license": "Apache-2.0"} for name in (WEIGHTS, "Training code", "Inference code")
]
OPEN_SOURCE = {"components": [*OPEN, {"name": "Datasets", "license": "CC-BY-4.0"}]}
ONLY_SERVED = {"hosted_only": True}
# All but the weights is open: once they are found to be open too, the claim is borne out.
UNKNOWN = {"components": [*OPEN_SOURCE["components"], {"name": WEIGHTS, "availability": "unknown"}]}
# Final weights known to be withheld: closed, whatever else is unknown.
WITHHELD = {"components": [{"name": WEIGHTS, "availability": "unavailable"}]}


def judge(facts: dict[str, Any], *claims: tuple[str, str]) -> OpennessResult:
    said: list[dict[str, Any]] = [{"by": by, "says": says} for by, says in claims]
    return judge_dossier(parse_dossier(dict[str, Any](id="x", claims=said, **facts)))


@pytest.mark.parametrize(
    ("facts", "by", "says", "outcome"),
    [
        (ONLY_SERVED, "vendor", "open source", "open_washing"),
        (ONLY_SERVED, "publisher", "fully open", "open_washing"),
        (WITHHELD, "vendor", "open source", "open_washing"),
        (ONLY_SERVED, "third_party", "open source", "contradicted_source"),
        (ONLY_SERVED, "vendor", "not open source", "nothing_claimed"),
        (ONLY_SERVED, "vendor", "open weights", "nothing_claimed"),
        (ONLY_SERVED, "third_party", "closed", "nothing_claimed"),
        (OPEN_SOURCE, "vendor", "open source", "borne_out"),
        (OPEN_SOURCE, "third_party", "open source", "borne_out"),
        (UNKNOWN, "vendor", "open source", "undecided"),
        (UNKNOWN, "third_party", "open source", "undecided"),
    ],
)
def test_what_comes_of_a_claim(facts: dict[str, Any], by: str, says: str, outcome: str) -> None:
    assert judge(facts, (by, says)).claim_outcomes == (outcome,)


@pytest.mark.parametrize("facts", [ONLY_SERVED, OPEN_SOURCE, UNKNOWN, WITHHELD])
@pytest.mark.parametrize("by", ["vendor", "publisher", "third_party"])
@pytest.mark.parametrize("says", ["open source", "open weights"])
def test_the_outcomes_of_claims_never_differ_from_the_verdict_on_the_whole(
    facts: dict[str, Any], by: str, says: str
) -> None:
    result = judge(facts, (by, says), ("third_party", "closed"))
    assert (result.open_washing is True) == ("open_washing" in result.claim_outcomes)
    kinds = [each.kind for each in result.contradictions]
    assert ("contradicted_source" in kinds) == ("contradicted_source" in result.claim_outcomes)
    assert result.claim_outcomes[1] == "nothing_claimed", "one for each claim, in their order"


@pytest.mark.parametrize(
    ("says", "claimed"),
    [
        ("open_source", True),
        ("Ein offenes Modell für Europa", True),
        ("Das Modell ist offen und frei", True),
        ("Un modèle ouvert et souverain", True),
        ("un modelo de código abierto", True),
        ("un modello aperto", True),
        ("un modèle entièrement libre", True),
        ("not only open weights: open source", True),
        ("not only open source but reproducible", True),
        ("nicht nur quelloffen", True),
        ("there is no more open model", True),
        ("kein Open-Source-Modell", False),
        ("no open source release is planned", False),
        ("Modell mit offenen Gewichten", False),
        ("un modèle à poids ouverts", False),
        ("eine offene Frage", False),
        ("offen für alle Branchen", False),
        ("un modelo de pesos abiertos", False),
        ("das Modell ist nicht offen", False),
        ("closed source", False),
    ],
)
def test_a_claim_is_heard_in_the_words_it_is_made_in(says: str, claimed: bool) -> None:
    outcome = judge(ONLY_SERVED, ("vendor", says)).claim_outcomes
    assert outcome == (("open_washing",) if claimed else ("nothing_claimed",))


def test_dimensions_nobody_judged_count_as_closed_and_are_counted() -> None:
    # Of the twelve dimensions of the present set two are judged: (1 + 0.5) / 12, and ten are missing.
    result = judge({"osai": {"paper": "open", "modelcard": "partial"}, "types": ["text"]})
    assert result.osai_score == pytest.approx(1.5 / 12)
    assert len(result.osai_unanswered) == 10
    told = dict(describe_openness(result))["European Open Source AI Index"]
    assert (
        told == "0.12 of 1, the mean over its dimensions; 10 of them nobody has judged yet, and they count as closed."
    )


def test_what_a_person_has_to_say_is_asked_in_words() -> None:
    card = {"name": "Data card", "license": "MIT"}
    told = dict(describe_openness(judge({"components": [*OPEN, card]})))
    assert told["Not known"] == "whether the data are described well enough to rebuild them."
    assert "data_information" not in told["Status"]
