"""The watched days are the same whether the whole register is read or only what has a day."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.portfolio.dated import QUERIES, read_dated
from audit.portfolio.tables import read_tables
from audit.portfolio.watch import list_watched
from governance.models import AISystem, VendorDependency
from tests.audit.scenes import TODAY, contract, make_own_model, make_system, make_vendor, make_vendor_chatbot, offer

pytestmark = pytest.mark.django_db


def make_days() -> AISystem:
    """A system with a day of each kind, one withdrawn with the same, and some with none."""
    chatbot, vendor = make_vendor_chatbot()[0], make_vendor(name="Lab")
    use = chatbot.uses.get()
    assert use.component.vendor is not None
    offer(use.component, use.component.vendor, retires_on=TODAY + timedelta(days=40), source="list")
    for system in (chatbot, make_system(stage="withdrawn")):
        contract(
            system,
            vendor,
            end_on=TODAY + timedelta(days=200),
            notice_days=60,
            exit_tested_on=TODAY - timedelta(days=90),
            exit_test_kind="technical",
            price_guaranteed_until=TODAY + timedelta(days=20),
        )
    contract(make_own_model()[0], vendor)
    make_vendor_chatbot()
    return chatbot


def test_the_days_are_those_of_the_whole_register() -> None:
    chatbot = make_days()
    found = list_watched(read_dated())
    assert found == list_watched(read_tables())
    of_chatbot = [each.what.value for each in found if each.system_id == chatbot.pk]
    assert {"notice_by", "retirement", "contract_end", "exit_test_ages", "price_guarantee_ends"} == set(of_chatbot)


def test_what_has_no_day_is_not_read(django_assert_num_queries: pytest.FixtureRequest) -> None:
    chatbot = make_days()
    with django_assert_num_queries(QUERIES):  # type: ignore[operator] # a context manager
        dated = read_dated()
    ends = VendorDependency.objects.exclude(end_on=None).exclude(system__stage="withdrawn")
    assert len(dated.contracts) == ends.count()
    assert all(row.end_on or row.exit_tested_on or row.price_guaranteed_until for row in dated.contracts)
    assert chatbot.pk in {row.id for row in dated.systems}
    assert len(dated.systems) < AISystem.objects.exclude(stage="withdrawn").count()


def test_without_names_the_days_are_the_same_and_no_system_is_read() -> None:
    make_days()
    with CaptureQueriesContext(connection) as queries:
        nameless = list_watched(read_dated(with_names=False))
    named = list_watched(read_dated())
    assert {(each.system_id, each.what, each.subject, each.on) for each in nameless} == {
        (each.system_id, each.what, each.subject, each.on) for each in named
    }
    assert len(nameless) == len(named) >= 5
    assert {each.name for each in nameless} == {""}
    assert not any("JOIN" in query["sql"] for query in queries)
