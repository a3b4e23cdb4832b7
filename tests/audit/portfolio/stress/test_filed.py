"""A filed run is read back as it was filed, and told in words that its figures bear out."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from audit.models import StressRecord
from audit.portfolio.stress import NotFiledError, read_filed_stress, read_latest_filed
from audit.portfolio.stress.filed import Span
from audit.portfolio.stress.sentences import name_scenario, write_sentences
from audit.services.stressing import compute_stress, file_stress, request_stress
from tests.audit.scenes import TODAY, make_vendor_chatbot

HIT: dict[str, Any] = {
    "system": "S-1",
    "name": "Chatbot",
    "function": "Service",
    "critical": True,
    "certainty": "surely",
    "because": ["rests on Lab"],
    "orderly_margin_days": {"low": -96, "high": -28},
    "sudden_margin_days": None,
    "short_by_days": {"low": 28, "high": 96},
    "exit_plan": "untested",
    "stranded_assets": ["prompts", "logs"],
}
GONE: dict[str, Any] = {
    "scenario": "vendor_gone",
    "vendor": "Lab",
    "on": "2026-11-20",
    "as_of": "2026-11-20",
    "systems": 3,
    "systems_surely_hit": 1,
    "systems_perhaps_hit": 1,
    "critical_functions_hit": ["Service"],
    "hits": [
        HIT,
        HIT | {"name": "Search", "certainty": "perhaps", "short_by_days": None, "exit_plan": "missing"}
        | {"stranded_assets": None},
    ],
}  # fmt: skip


def test_the_sentences_tell_who_is_hit_by_how_much_and_what_is_not_known() -> None:
    assert write_sentences(GONE) == (
        "1 of 3 systems is hit for certain; 1 more cannot be ruled out.",
        "Critical functions hit: Service.",
        "1 system would be short of time; the longest gap is that of Chatbot: 28 to 96 days.",
        "Of 1 system nobody can tell for how long: Search.",
        "1 system has a plan that was never walked: Chatbot.",
        "1 system has no plan: Search.",
        "What 1 system would lose: logs and prompts.",
    )


def test_nothing_hit_is_said_as_far_as_the_register_tells() -> None:
    assert write_sentences({"systems": 3, "hits": []}) == (
        "None of 3 systems is hit, as far as the register tells.",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("result", "title"),
    [
        (GONE, "Lab and its group are gone"),
        (GONE | {"on": "2027-01-31"}, "Lab and its group are gone on 31 January 2027"),
        (
            {
                "scenario": "model_retired",
                "component": "GPT 4",
                "host": None,
                "on": "2027-03-01",
                "as_of": "2026-11-20",
            },
            "GPT 4 is retired at every host on 1 March 2027",
        ),
        ({"scenario": "price_times", "factor": 3.0, "vendor": "Lab"}, "Prices of Lab and its group times 3"),
        (
            {"scenario": "transfer_stopped", "countries": ["US"], "tools": ["dpf"]},
            "No transfer to United States of America under EU-US Data Privacy Framework",
        ),
        (
            {"scenario": "licence_changed", "component": "Llama 2", "to": "forbids_us"},
            "The licence of Llama 2 forbids our use",
        ),
    ],
)
def test_each_scenario_has_a_title(result: dict[str, Any], title: str) -> None:
    assert name_scenario(result) == title


@pytest.mark.django_db
def test_what_was_filed_is_read_back_with_its_figures() -> None:
    system, _, vendor = make_vendor_chatbot()
    words = {"vendor": vendor.name}
    result = compute_stress(name="vendor_gone", parameters=words, as_of=TODAY)
    record = file_stress(name="vendor_gone", parameters=words, result=result, requested_by="ana", note="Board of May")
    found = read_filed_stress(record.pk)
    assert (found.as_of, found.requested_by, found.note, found.sha256) == (
        date(2026, 11, 20),
        "ana",
        "Board of May",
        record.result_sha256,
    )
    assert (found.systems, found.surely, found.perhaps) == (1, 1, 0)
    assert (found.hits[0].system, found.hits[0].is_critical, found.hits[0].plan) == (system.reference, False, "unknown")
    assert found.hits[0].stranded is None, "nobody entered what the vendor holds"
    assert [hit.system for hit in found.untested] == [system.reference]


@pytest.mark.django_db
def test_the_latest_of_each_scenario_with_its_parameters_is_given_and_nothing_that_is_not_computed() -> None:
    _, component, vendor = make_vendor_chatbot()
    words = {"vendor": vendor.name}
    result = compute_stress(name="vendor_gone", parameters=words, as_of=TODAY)
    file_stress(name="vendor_gone", parameters=words, result=result, requested_by="ana")
    second = file_stress(name="vendor_gone", parameters=words, result=result, requested_by="ben")
    waiting = request_stress(
        name="licence_changed",
        parameters={"component": component.key, "to": "restricted"},
        as_of=TODAY,
        requested_by="x",
    )
    assert [one.record_id for one in read_latest_filed()] == [second.pk]
    for record_id in (waiting.pk, 1_000_000):
        with pytest.raises(NotFiledError):
            read_filed_stress(record_id)


@pytest.mark.django_db
def test_a_result_of_an_older_version_is_read_with_what_it_has() -> None:
    record = StressRecord.objects.create(
        scenario="vendor_gone",
        as_of=TODAY,
        state="done",
        result={"scenario": "vendor_gone", "vendor": "Lab", "hits": [HIT]},
    )
    found = read_filed_stress(record.pk)
    assert found.hits[0].short == Span(28, 96)
    assert (found.flows, found.costs, found.judgements) == ((), (), ())
