"""Many rows with one statement: each kind of value arrives as it was given, on whatever database."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F, Value

from audit.models import Assessment, FactSheetRecord, OutcomeRecord, Standing
from audit.services.marking import ensure_standings
from audit.services.writing import insert_rows, insert_selected, update_rows
from tests.audit.scenes import make_own_model, make_vendor_chatbot

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_what_is_updated_is_read_back_in_its_own_types() -> None:
    first, second = make_vendor_chatbot()[0], make_own_model()[0]
    ensure_standings([first.pk, second.pk])
    columns = ("as_of", "aia_class", "lock_in_low", "is_grandfathered", "has_news", "finished_at", "open_findings")
    given = {
        first.pk: (date(2026, 11, 20), "minimal, 'quoted' and %s", 12.5, None, False, NOON, 3),
        second.pk: (None, "", None, True, True, None, 70_000),
    }
    update_rows(Standing, columns, [(*values, key) for key, values in given.items()], by=("system_id",))
    rows = Standing.objects.filter(system_id__in=given)
    assert {key: tuple(values) for key, *values in rows.values_list("system_id", *columns)} == given


def test_a_json_column_takes_its_text_and_what_exists_is_left() -> None:
    rows = [("a" * 64, '{"b": [1, null, "ü\\""]}'), ("c" * 64, "{}")]
    insert_rows(OutcomeRecord, ("sha256", "content"), rows)
    insert_rows(OutcomeRecord, ("sha256", "content"), [("a" * 64, "{}"), ("d" * 64, "[]")], leave_existing=True)
    found = dict(OutcomeRecord.objects.values_list("sha256", "content"))
    assert found == {"a" * 64: {"b": [1, None, 'ü"']}, "c" * 64: {}, "d" * 64: []}


def test_rows_are_inserted_from_those_that_are_selected() -> None:
    insert_rows(OutcomeRecord, ("sha256", "content"), [("a" * 64, '{"b": 1}'), ("c" * 64, "[]"), ("d" * 64, "{}")])
    insert_rows(FactSheetRecord, ("sha256", "content"), [("c" * 64, '"was there"')])
    insert_selected(
        FactSheetRecord,
        {"content": F("content"), "sha256": F("sha256")},
        OutcomeRecord.objects.exclude(sha256__startswith="d").order_by("id"),
    )
    found = dict(FactSheetRecord.objects.values_list("sha256", "content"))
    assert found == {"a" * 64: {"b": 1}, "c" * 64: "was there"}
    insert_selected(FactSheetRecord, {"sha256": Value("e" * 64), "content": F("content")}, OutcomeRecord.objects.none())
    assert FactSheetRecord.objects.count() == 2


def test_a_row_that_is_refused_is_told_as_by_any_other_query() -> None:
    rows = [("a" * 64, "{}"), ("a" * 64, "{}")]
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_rows(FactSheetRecord, ("sha256", "content"), rows)
    assert not FactSheetRecord.objects.exists()


def test_nothing_to_write_is_no_query_and_an_unknown_column_is_named() -> None:
    insert_rows(Assessment, ("system_id", "as_of"), [])
    with pytest.raises(LookupError, match="no column 'day'"):
        insert_rows(Assessment, ("day",), [])
