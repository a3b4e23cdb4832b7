"""The status word, open-washing and contradictions (facts/openness/README.md §4)."""

from typing import Any

import pytest

from audit.engine.openness import OpennessResult
from audit.engine.openness.claims import claims_open
from audit.engine.openness.dossier import Claim, Speaker
from audit.licences.dossiers import judge_dossier, parse_dossier

WEIGHTS = {"name": "Model parameters (Final)", "license": "Apache-2.0"}
CODES = [{"name": "Training code", "license": "MIT"}, {"name": "Inference code", "license": "MIT"}]
DATA = {"name": "Datasets", "license": "CC-BY-4.0"}
DATA_CARD = {"name": "Data card", "license": "CC-BY-4.0"}


def judge(*components: dict[str, Any], **more: Any) -> OpennessResult:
    return judge_dossier(parse_dossier({"id": "x", "components": list(components), **more}))


@pytest.mark.parametrize(
    ("components", "more", "status"),
    [
        ([WEIGHTS, *CODES, DATA], {}, "open_source"),
        ([WEIGHTS, *CODES, DATA_CARD], {"data_information": True}, "open_source"),
        ([WEIGHTS, *CODES, DATA_CARD], {"data_information": False}, "open_weights"),
        ([WEIGHTS, *CODES, DATA_CARD], {}, "undetermined"),  # a person has to say whether the card is enough
        ([WEIGHTS, *CODES], {}, "open_weights"),  # nothing describes the data
        ([WEIGHTS], {}, "open_weights"),
        ([{**WEIGHTS, "license": "Llama 2 Community License"}, *CODES, DATA], {}, "restricted_weights"),
        ([{"name": "Model parameters (Final)"}], {}, "restricted_weights"),  # without a licence nothing is granted
        ([{**WEIGHTS, "license": "pubmed"}], {}, "undetermined"),  # not understood is never open
        ([{**WEIGHTS, "availability": "unknown"}], {}, "undetermined"),
        ([{**WEIGHTS, "availability": "unavailable"}], {}, "closed"),
        ([*CODES, DATA], {}, "closed"),  # a component that is not listed cannot be had
        ([WEIGHTS, *CODES, DATA], {"hosted_only": True}, "closed"),
        ([], {"in_house": True}, "in_house"),
        ([], {"software": True, "license": "Apache-2.0"}, "open_source"),
        ([], {"software": True, "license": "Elastic License 2.0"}, "closed"),
        ([], {"software": True}, "undetermined"),
        # Open in name, its code under terms that are not: the worst of what is given decides.
        ([], {"software": True, "license": {"distribution": "Apache-2.0", "code": "BUSL-1.1"}}, "closed"),
        ([{"name": "Inference code", "license": "Elastic-2.0"}], {"software": True, "license": "MIT"}, "closed"),
        ([{"name": "Inference code", "license": "unlicensed"}], {"software": True, "license": "MIT"}, "closed"),
        ([{"name": "Inference code", "license": "other"}], {"software": True, "license": "MIT"}, "undetermined"),
        ([{"name": "Inference code"}], {"software": True, "license": "MIT"}, "open_source"),
        ([WEIGHTS, CODES[0], {**CODES[1], "availability": "unknown"}, DATA], {}, "undetermined"),
    ],
)
def test_the_status_word_follows_from_what_can_be_had_under_which_licence(
    components: list[dict[str, Any]], more: dict[str, Any], status: str
) -> None:
    result = judge(*components, **more)
    assert result.status == status, result.reason
    assert result.reason.endswith(".")
    assert bool(result.missing) == (status == "undetermined")


@pytest.mark.parametrize(
    ("components", "more", "obtainable"),
    [
        ([WEIGHTS], {}, True),
        ([{**WEIGHTS, "license": "pubmed"}], {}, True),  # under whatever licence
        ([{**WEIGHTS, "availability": "unknown"}], {}, None),
        ([], {}, False),
        ([WEIGHTS], {"hosted_only": True}, False),
        ([], {"in_house": True}, True),
        ([], {"software": True, "license": "MIT"}, None),  # software has no weights
    ],
)
def test_whether_the_weights_can_be_had_is_told_apart_from_their_licence(
    components: list[dict[str, Any]], more: dict[str, Any], obtainable: bool | None
) -> None:
    assert judge(*components, **more).weights_obtainable is obtainable


def test_the_frameworks_do_not_apply_to_our_own_model_and_say_why() -> None:
    result = judge(in_house=True)
    assert (result.mof_strict, result.osai_score) == (None, None)
    assert result.framework_not_applicable


CLAIM = {"by": "publisher", "says": "Our most capable open model", "where": "https://example.org", "on": "2024-02-21"}


@pytest.mark.parametrize(
    ("by", "components", "washing"),
    [
        ("vendor", [WEIGHTS], True),
        ("publisher", [WEIGHTS], True),
        ("third_party", [WEIGHTS], False),  # shown as a contradicted source, without effect
        ("publisher", [WEIGHTS, *CODES, DATA], False),
        ("publisher", [WEIGHTS, *CODES, DATA_CARD], None),  # it may still turn out open source
        # The licence is not understood, yet without training code it cannot be open source whatever it says.
        ("publisher", [{**WEIGHTS, "license": "pubmed"}], True),
        ("third_party", [{**WEIGHTS, "license": "pubmed"}], False),
    ],
)
def test_only_the_makers_own_open_claim_can_be_open_washing(
    by: str, components: list[dict[str, Any]], washing: bool | None
) -> None:
    result = judge(*components, claims=[{**CLAIM, "by": by}])
    assert result.open_washing is washing
    kinds = [each.kind for each in result.contradictions]
    assert ("contradicted_source" in kinds) is (by == "third_party")


@pytest.mark.parametrize(
    ("says", "claims"),
    [
        ("open source", True),
        ("Open-source AI", True),
        ("openly available", True),
        ("open weights", False),
        ("open-weight model", False),
        ("OpenAI's latest model", False),
        ("not open source", False),
        ("It is not a truly open model", False),
        ("isn't fully open", False),
        ("not only open weights but open source", True),
        ("opensource", True),
        ("released under an Open RAIL licence", False),
        ("open to everyone through our API", False),
        ("Open, for everyone", True),
    ],
)
def test_a_claim_says_open_of_the_whole_or_not(says: str, claims: bool) -> None:
    assert claims_open(Claim(Speaker.VENDOR, says)) is claims


@pytest.mark.parametrize(
    ("components", "more", "kind"),
    [
        ([{**WEIGHTS, "availability": "unavailable"}], {}, "licence_on_withheld"),
        ([{**WEIGHTS, "license": "MIT"}], {"hosted_only": True}, "hosted_only_with_parameters"),
        ([{**WEIGHTS, "license": "MIT", "other_licenses": ["Apache-2.0"]}], {}, "sources_disagree"),
        ([WEIGHTS, {**WEIGHTS, "license": "MIT"}], {}, "sources_disagree"),
        ([{**WEIGHTS, "license": "Component not include"}], {}, "filler_as_licence"),
        (
            [{**WEIGHTS, "license": "Llama 3.1 Community License"}],
            {"claims": [CLAIM]},
            "open_claim_with_user_threshold",
        ),
    ],
)
def test_what_does_not_fit_together_is_flagged(
    components: list[dict[str, Any]], more: dict[str, Any], kind: str
) -> None:
    assert kind in [each.kind for each in judge(*components, **more).contradictions]


def test_two_spellings_of_one_licence_do_not_disagree() -> None:
    assert judge({**WEIGHTS, "other_licenses": ["Apache License, Version 2.0"]}).contradictions == ()
