"""How scenarios are read from words."""

from datetime import date
from decimal import Decimal

import pytest

from audit.portfolio.stress.scenarios import (
    LicenceChanged,
    ModelRetired,
    NewTerms,
    PriceTimes,
    Scenario,
    ScenarioError,
    TransferStopped,
    VendorGone,
    read_scenario,
)
from tests.audit.portfolio.plain import TODAY, component, tables, vendor

REGISTER = tables(vendors=[vendor(1, "Open Lab")], components=[component(5, name="Model", version="2")])


@pytest.mark.parametrize(
    ("name", "words", "expected"),
    [
        ("vendor_gone", {"vendor": "open lab"}, VendorGone(1, TODAY)),
        (
            "model_retired",
            {"component": "model-5", "host": "Open Lab", "on": "2027-03-01"},
            ModelRetired(5, 1, date(2027, 3, 1)),
        ),
        ("price_times", {"times": "1.5", "component": "Model 2"}, PriceTimes(Decimal("1.5"), None, 5, TODAY)),
        (
            "transfer_stopped",
            {"country": "us, in", "tool": "scc"},
            TransferStopped(frozenset({"US", "IN"}), frozenset({"scc"}), TODAY),
        ),
        (
            "transfer_stopped",  # without a tool the adequacy decisions fall, the US framework is one of them
            {"country": "US"},
            TransferStopped(frozenset({"US"}), frozenset({"adequacy", "dpf"}), TODAY),
        ),
        (
            "licence_changed",
            {"component": "model-5", "to": "restricted"},
            LicenceChanged(5, NewTerms.RESTRICTED, TODAY),
        ),
    ],
)
def test_a_scenario_is_read(name: str, words: dict[str, str], expected: Scenario) -> None:
    assert read_scenario(name, words, REGISTER, TODAY) == expected


@pytest.mark.parametrize(
    ("name", "words", "says"),
    [
        ("war", {}, ["'war' is not a scenario"]),
        ("vendor_gone", {}, ["vendor_gone needs 'vendor'"]),
        ("vendor_gone", {"vendor": "Open Lap"}, ["did you mean Open Lab?"]),
        ("model_retired", {"component": "model-5"}, ["model_retired needs 'on'"]),
        (
            "model_retired",
            {"component": "nothing", "on": "2026-11-19", "times": "3"},
            ["takes no 'times'", "'nothing' is not in the register", "2026-11-19 lies before 2026-11-20"],
        ),
        ("price_times", {"times": "-1"}, ["is not a factor of 0 or more"]),
        ("price_times", {"times": "nan"}, ["is not a factor of 0 or more"]),
        ("price_times", {}, ["price_times needs 'times'"]),
        ("transfer_stopped", {"country": "USA", "tool": "fax"}, ["USA is not a country", "fax is not a transfer tool"]),
        ("licence_changed", {"component": "model-5", "to": "gone"}, ["'gone' is not one of restricted, forbids_us"]),
        ("vendor_gone", {"vendor": "Open Lab", "on": "soon"}, ["'soon' is not a day"]),
    ],
)
def test_all_that_is_wrong_is_said_at_once(name: str, words: dict[str, str], says: list[str]) -> None:
    with pytest.raises(ScenarioError) as wrong:
        read_scenario(name, words, REGISTER, TODAY)
    assert len(wrong.value.problems) == len(says), wrong.value.problems
    for text in says:
        assert text in str(wrong.value)
