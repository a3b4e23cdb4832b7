"""What a system runs on, beside what it could run on: each judged on its own facts, and no winner named."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from audit.engine.facts import FactSheetError
from audit.portfolio.comparison import Choice, ChoiceError, Comparison, compare_choices, write_memo
from audit.portfolio.comparison.comparing import Judged
from audit.portfolio.comparison.dimensions import LIMITS, describe, in_words
from audit.portfolio.costs import SelfHosting
from governance.catalogue.reading import read_catalogue
from governance.choices import LICENCE_FLAGS
from governance.models import AISystem, Component, EvaluationRecord, Vendor
from governance.vocabulary import load_vocabulary
from tests.audit.scenes import (
    TODAY,
    catalogue_fact,
    make_component,
    make_system,
    make_vendor,
    make_vendor_chatbot,
    offer,
)

pytestmark = pytest.mark.django_db
TERMS = Path(__file__).parents[3] / "audit/rulepacks/openness/licence_terms.yaml"
UNIT = "USD per million tokens"


def make_open_model(**columns: Any) -> tuple[Component, Vendor]:
    vendor = make_vendor(country="FR")
    facts = [catalogue_fact("lock.weights_obtainable", True), catalogue_fact("lock.inference_code_open", True)]
    columns = {"version": "70B", "licence_flags": ["osi_approved"], "facts": facts, **columns}
    return make_component(vendor=vendor, **columns), vendor


def make_bank(**columns: Any) -> tuple[AISystem, Component, Vendor]:
    """A chatbot on a model of a vendor in the US, with answers about us and about the model."""
    answers = {
        "lock.abstraction_layer": {"value": True},
        "lock.standard_interface": {"value": True},
        "lock.licence_terms": {"value": "restricted_but_permits_us"},
        "sys.interacts_with_people": {"value": True},
    }
    system, model, vendor = make_vendor_chatbot(answers=answers, **columns)
    system.uses.update(yearly_volume_in=Decimal(900), yearly_volume_out=Decimal(100))
    offer(model, vendor, price_in=Decimal(4), price_out=Decimal(20), unit=UNIT, source="list", source_on=TODAY)
    return system, model, vendor


def compare(system: AISystem, *choices: Choice) -> Comparison:
    return compare_choices(system_id=system.pk, choices=choices, as_of=TODAY)


def known(judged: Judged, key: str) -> Any:
    fact = judged.sheet.get(key)
    return "unknown" if fact is None else (fact.value if fact.applies else "not applicable")


def on_our_machines(model: Component, **columns: Any) -> Choice:
    return Choice("on our own machines", model.pk, "self_hosted", **columns)


def test_what_is_in_use_is_judged_as_the_register_has_it() -> None:
    system, model, _ = make_bank()
    present = compare(system).present
    assert known(present, "lock.access_mode") == "vendor_api"
    assert known(present, "lock.licence_terms") == "restricted_but_permits_us"
    assert known(present, "data.transfer_countries") == ("US",)
    assert model.name in present.choice.label


def test_on_our_own_machines_no_vendor_no_contract_and_no_transfer_is_left() -> None:
    system, _, _ = make_bank()
    model, _ = make_open_model()
    judged = compare(system, on_our_machines(model)).choices[0]
    assert known(judged, "lock.access_mode") == "self_hosted"
    assert known(judged, "lock.weights_obtainable") is True
    assert known(judged, "contract.notice_days") == "not applicable"
    assert known(judged, "horizon.retirement_date") == "not applicable"
    assert judged.register.flows[system.pk] == []


def test_an_answer_about_the_model_in_use_is_not_known_of_another_and_one_about_us_stays() -> None:
    system, _, _ = make_bank()
    model, vendor = make_open_model()
    judged = compare(system, Choice("elsewhere", model.pk, "vendor_api")).choices[0]
    assert known(judged, "lock.standard_interface") == "unknown"
    assert known(judged, "lock.licence_terms") == "unknown"
    assert known(judged, "lock.abstraction_layer") is True
    assert known(judged, "sys.interacts_with_people") is True
    assert [row.vendor_id for row in judged.register.dependencies[system.pk]] == [vendor.pk]
    assert known(judged, "contract.notice_days") == "unknown", "nothing is agreed yet"


def test_data_would_go_to_the_new_company_and_its_tool_is_not_known_outside_the_eea() -> None:
    system, _, _ = make_bank()
    model, vendor = make_open_model()
    american = make_vendor(country="US")
    inside, outside = compare(
        system,
        Choice("at its publisher in France", model.pk, "vendor_api"),
        Choice("at a host in the US", model.pk, "other_host", american.pk),
    ).choices
    assert [row.to_vendor_id for row in inside.register.flows[system.pk]] == [vendor.pk]
    assert known(inside, "data.transfer_countries") == ()
    assert known(outside, "data.transfer_countries") == ("US",)
    assert known(outside, "data.transfer_tools") == "unknown"


def test_from_our_own_machines_to_a_company_it_is_not_known_what_would_go_out() -> None:
    system = make_system()
    own = make_component(own_work_of=system.legal_entity)
    system.uses.create(component=own, is_primary=True, run_mode="self_hosted")
    model, _ = make_open_model()
    judged = compare(system, Choice("at its publisher", model.pk, "vendor_api")).choices[0]
    assert [row.has_personal_data for row in judged.register.flows[system.pk]] == [None]


def test_facts_that_are_assumed_of_a_choice_count_and_are_shown() -> None:
    system, _, _ = make_bank()
    model, _ = make_open_model()
    choice = Choice("assumed", model.pk, "vendor_api", assumed={"lock.licence_terms": "open"})
    comparison = compare(system, choice)
    assert known(comparison.choices[0], "lock.licence_terms") == "open"
    memo: Any = write_memo(comparison)
    assert memo["choices"][0]["assumed"] == {"lock.licence_terms": "open"}
    with pytest.raises(FactSheetError, match="is not a choice"):
        compare(system, Choice("wrong", model.pk, "vendor_api", assumed={"lock.licence_terms": "free"}))


def test_the_critical_share_is_that_of_the_choice() -> None:
    # Two critical functions on one vendor; moving one of them leaves half of them on each.
    system, _, vendor = make_bank(business_function="Service")
    AISystem.objects.filter(pk=system.pk).update(is_critical_function=True)
    other = make_system(business_function="Payments", is_critical_function=True)
    theirs = make_component(vendor=vendor)
    other.uses.create(component=theirs, is_primary=True, run_mode="vendor_api")
    model, _ = make_open_model()
    comparison = compare(system, on_our_machines(model), Choice("elsewhere", model.pk, "vendor_api"))
    assert known(comparison.present, "conc.critical_share") == 1.0
    assert known(comparison.choices[0], "conc.critical_share") == "not applicable", "nobody serves it"
    assert known(comparison.choices[1], "conc.critical_share") == "unknown", "the new chain is not known"


def memo_of(system: AISystem, *choices: Choice) -> Any:
    return json.loads(json.dumps(write_memo(compare(system, *choices)), allow_nan=False))


def says(entry: Any, dimension: str) -> str:
    return " ".join(next(each["says"] for each in entry["dimensions"] if each["dimension"] == dimension))


def test_the_memo_shows_each_dimension_of_each_choice_and_names_no_winner() -> None:
    system, _, _ = make_bank()
    model, _ = make_open_model()
    memo = memo_of(system, on_our_machines(model), Choice("at its publisher", model.pk, "vendor_api"))
    assert len(memo["present"]["dimensions"]) == 13
    assert {len(choice["dimensions"]) for choice in memo["choices"]} == {13}
    assert says(memo["choices"][0], "Privacy and data location").startswith("Data stay on our own machines.")
    assert all(choice["trade_offs"] for choice in memo["choices"])
    assert not {"winner", "rank", "total", "best"} & (set(memo) | set(memo["choices"][0]))


def test_cost_is_told_with_source_day_formula_and_the_volume_of_today() -> None:
    system, _, _ = make_bank()
    model, _ = make_open_model()
    hosting = SelfHosting(
        Decimal(90_000), Decimal(80_000), Decimal(0), Decimal("0.1"), "USD", "an offer", date(2026, 11, 1)
    )
    memo = memo_of(system, on_our_machines(model, hosting=hosting))
    # 900 x 4 + 100 x 20 = 5600. Nine tenths sent: 3.6 + 2 = 5.6, less 0.1 to run it: 170 000 / 5.5 = 30 909.
    assert "4 sent and 20 received, USD per million tokens (list, 20 November 2026)." in says(memo["present"], "Cost")
    assert "5,600.00 USD a year at today's volume." in says(memo["present"], "Cost")
    cost = says(memo["choices"][0], "Cost")
    assert "170,000.00 USD a year whatever the volume" in cost
    assert "(an offer, 1 November 2026)" in cost
    assert "Break-even volume = fixed cost of a year / (" in cost
    assert "It is 30,909 million tokens a year; today 1,000." in cost
    assert "about 168 GB at 16 bits: 3 cards" in cost  # 70 billion x 2 bytes x 1.2


def test_performance_is_only_what_was_evaluated_for_this_purpose() -> None:
    system, _, _ = make_bank()
    model, _ = make_open_model()
    assert says(memo_of(system, on_our_machines(model))["choices"][0], "Performance for this purpose") == "Not known."
    EvaluationRecord.objects.create(
        system=system, component=model, purpose="Answers", evaluated_by="us", evaluated_on=TODAY, result="passed"
    )
    memo = memo_of(system, on_our_machines(model))
    assert says(memo["choices"][0], "Performance for this purpose") == "Passed on 20 November 2026: Answers."
    shown = {each["reason"]: each["holds"] for each in memo["considerations"]}
    assert shown["The best raw performance is needed, and no alternative has shown enough."] is False


def test_only_intervals_that_do_not_meet_are_called_lower_or_higher() -> None:
    system, _, _ = make_bank()
    model, _ = make_open_model()
    comparison = compare(system, on_our_machines(model))
    before, after = comparison.present.assessment.lock_in.score, comparison.choices[0].assessment.lock_in.score
    line = memo_of(system, on_our_machines(model))["choices"][0]["trade_offs"][0]
    expected = "surely be lower" if after.high < before.low else "may be lower or higher"
    assert expected in line


def test_obligations_towards_a_processor_fall_away_where_there_is_none() -> None:
    system, _, _ = make_bank()
    model, _ = make_open_model()
    comparison = compare(system, on_our_machines(model))
    judged = comparison.choices[0]
    assert known(comparison.present, "data.uses_processor") is True
    assert known(judged, "data.uses_processor") is not True
    assert "GDPR-28" not in judged.duties


def test_what_cannot_be_compared_is_said() -> None:
    system, _, _ = make_bank()
    with pytest.raises(ChoiceError, match="not in the register: component or host of Ghost"):
        compare(system, Choice("Ghost", 9999, "vendor_api"))
    with pytest.raises(ChoiceError, match="no model or service is entered"):
        compare(make_system())
    with pytest.raises(ChoiceError, match="not in the register"):
        compare(system, Choice("Ghost host", make_open_model()[0].pk, "other_host", 9999))


def test_a_system_that_does_not_exist_is_said() -> None:
    with pytest.raises(AISystem.DoesNotExist):
        compare_choices(system_id=9999, choices=[], as_of=TODAY)


def test_what_a_licence_says_is_told_in_words() -> None:
    system, _, _ = make_bank()
    model, _ = make_open_model(licence_flags=["osi_approved", "user_threshold:700000000", "non_commercial"])
    comparison = compare(system, on_our_machines(model))
    legal = next(one for one in describe(comparison, comparison.choices[0]) if one.dimension == "Legal exposure")
    assert legal.says[0] == "Licence: not for commercial use, approved by the OSI, user threshold: 700,000,000.", (
        "in the order of their codes"
    )


def test_every_flag_of_the_product_has_words() -> None:
    tables = yaml.safe_load(TERMS.read_text(encoding="utf-8"))
    catalogued = {flag for entry in read_catalogue().components.values() for flag in entry.licence.flags}
    flags = {*tables["flags"], *(flag.partition(":")[0] for flag in catalogued)}
    assert "osi_approved" in flags
    assert sorted(flags - dict(LICENCE_FLAGS).keys() - LIMITS) == []


def test_a_country_is_told_by_its_name() -> None:
    system, _, _ = make_bank()
    model, vendor = make_open_model()
    comparison = compare(system, Choice("at its publisher", model.pk, "vendor_api"))
    privacy = next(each for each in describe(comparison, comparison.choices[0]) if each.dimension.startswith("Privacy"))
    assert privacy.says[0] == f"Data go to {vendor.name}; country: France."


def test_countries_in_an_answer_are_told_by_their_names() -> None:
    """An answer once said “US” where the sentence before it said “France”."""
    system, _, _ = make_bank()
    comparison = compare(system)
    privacy = next(each for each in describe(comparison, comparison.present) if each.dimension.startswith("Privacy"))
    question = load_vocabulary().facts["data.transfer_countries"].question
    assert f"{question} United States of America." in privacy.says
    assert in_words("data.transfer_countries", ("US", "BA", "JP")) == (
        "United States of America, Bosnia and Herzegovina, Japan"
    )
    assert in_words("data.transfer_countries", ()) == "none"
    assert in_words("ict.provider_country", "NO") == "Norway"
    assert in_words("ict.provider_country", "ZZ") == "ZZ", "a code that names no country stays as it stands"
