"""While the rows of a system stay the same it is judged by its facts as they were kept, and never by others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest

from audit import rulepacks
from audit.engine.expressions.tags import WIDTH
from audit.models import Assessment, Standing, TaggedFact, TaggedSheet
from audit.services import tagging
from audit.services.marking import mark_dirty
from audit.services.tagging import find_sheets, forget_tags, tagged_keys
from audit.snapshots.building import Sighting
from governance.models import AISystem
from tests.audit.reissuing import reissue
from tests.audit.scenes import TODAY, make_own_model, make_vendor_chatbot
from tests.audit.services.test_bulk import assess_many, forget, read_all, seeded

__all__ = ["seeded"]

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _as_a_new_process() -> None:
    forget_tags()


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The systems whose facts are made of their rows."""
    systems: list[int] = []
    build = Sighting.build

    def count(sighting: Sighting) -> Any:
        systems.append(sighting.system_id)
        return build(sighting)

    monkeypatch.setattr(Sighting, "build", count)
    return systems


@pytest.fixture
def rejudge(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Judges systems by another version of the packs, some days later."""
    load, issue = rulepacks._load_packs, 0

    def judge(systems: Sequence[int], *, days: int = 0) -> None:
        nonlocal issue
        issue += 1
        monkeypatch.setattr(rulepacks, "_load_packs", reissue(load, issue))
        assess_many([*systems], TODAY + timedelta(days=days), may_confirm=True)

    return judge


def test_the_facts_of_unchanged_rows_are_not_made_again(
    seeded: list[int], built: list[int], rejudge: Callable[..., None]
) -> None:
    assess_many(seeded)
    assert sorted(built) == sorted(seeded)
    assert TaggedSheet.objects.count() == len(seeded)
    built.clear()
    rejudge(seeded)
    assert built == []
    forget_tags()
    rejudge(seeded)
    assert built == []
    assert Assessment.objects.count() == 3 * len(seeded)


def test_kept_facts_judge_as_rows_do(seeded: list[int], built: list[int], rejudge: Callable[..., None]) -> None:
    """Over days on which contracts end, notice falls due, evidence expires and law starts."""
    found, made = [], []
    for is_kept in (True, False):
        assess_many(seeded)
        built.clear()
        for days in (1, 5, 13, 27, 55, 160, 400):
            if not is_kept:
                TaggedSheet.objects.all().delete()
            rejudge(seeded, days=days)
        found.append(read_all())
        made.append(len(built))
        forget()
    for kept, of_rows in zip(*found, strict=True):
        assert without_packs(kept) == without_packs(of_rows)
    assert made[0] < made[1] == 7 * len(seeded)


def without_packs(rows: Sequence[Any]) -> list[Any]:
    """Versions of the packs count on from one round to the other."""
    return [
        {name: value for name, value in row.items() if "pack_set" not in name} if isinstance(row, dict) else row
        for row in rows
    ]


def test_a_system_whose_rows_moved_is_judged_by_its_rows(built: list[int], rejudge: Callable[..., None]) -> None:
    moving, still = make_vendor_chatbot()[0], make_own_model()[0]
    assess_many([moving.id, still.id])
    before = bytes(TaggedSheet.objects.get(pk=moving.pk).tags)
    AISystem.objects.filter(pk=moving.pk).update(answers={"sys.profiling": {"value": True}})
    mark_dirty(kind="aisystem", ids=[moving.pk])
    built.clear()
    rejudge([moving.id, still.id])
    assert built == [moving.id]
    kept = TaggedSheet.objects.get(pk=moving.pk)
    assert bytes(kept.tags) != before
    assert kept.basis_sha256 == Standing.objects.get(system=moving).basis_sha256


def test_a_wording_that_moved_is_said_by_rows(built: list[int], rejudge: Callable[..., None]) -> None:
    system = make_vendor_chatbot()[0]
    assess_many([system.id])
    Standing.objects.update(wording_sha256="of other packs")
    built.clear()
    rejudge([system.id])
    assert built == [system.id]


@pytest.mark.parametrize(
    "lose",
    [
        lambda: TaggedSheet.objects.all().delete(),
        lambda: TaggedFact.objects.all().delete(),
        lambda: TaggedFact.objects.filter(says__contains="true").delete(),
        lambda: TaggedFact.objects.update(says='{"value":"a word of an older vocabulary"}'),
        lambda: TaggedSheet.objects.update(tags=b"\1" * WIDTH * 3),
        lambda: TaggedSheet.objects.update(basis_sha256="0" * 64),
    ],
    ids=["sheets", "facts", "some facts", "vocabulary", "layout", "rows"],
)
def test_what_is_lost_is_made_and_kept_again(
    lose: Callable[[], Any], built: list[int], rejudge: Callable[..., None]
) -> None:
    system = make_vendor_chatbot()[0]
    assess_many([system.id])
    outcome = Assessment.objects.get().outcome_sha256
    lose()
    forget_tags()
    built.clear()
    rejudge([system.id], days=1)  # of another day this process has read nothing
    assert built == [system.id]
    assert set(Assessment.objects.values_list("outcome_sha256", flat=True)) == {outcome}
    if TaggedFact.objects.filter(says__contains="older vocabulary").exists():
        return  # the fingerprint, of which the vocabulary is part, tells that in real life
    built.clear()
    forget_tags()
    rejudge([system.id], days=2)
    assert built == []


def test_a_day_of_the_past_keeps_nothing(built: list[int]) -> None:
    system = make_vendor_chatbot()[0]
    assess_many([system.id], TODAY)
    kept = bytes(TaggedSheet.objects.get().tags)
    AISystem.objects.filter(pk=system.pk).update(answers={"sys.profiling": {"value": True}})
    assess_many([system.id], TODAY - timedelta(days=40))
    assert bytes(TaggedSheet.objects.get().tags) == kept


def test_a_tag_that_stands_for_another_fact_keeps_no_sheet(
    built: list[int], rejudge: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    """Two facts of one hash: as if it had happened, by a fact that is said to be another."""
    system = make_vendor_chatbot()[0]
    assess_many([system.id])
    TaggedSheet.objects.all().delete()
    TaggedFact.objects.filter(key="data.personal").update(key="data.special_categories")
    rejudge([system.id])
    assert not TaggedSheet.objects.exists()
    assert "two facts have the same tag" in caplog.text
    built.clear()
    rejudge([system.id])
    assert built == [system.id]


def test_no_more_facts_are_held_than_the_worker_has_room_for(
    seeded: list[int], built: list[int], rejudge: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tagging, "_MOST_KEPT", 50)
    assess_many(seeded)
    built.clear()
    for days in range(3):
        for start in range(0, len(seeded), 20):
            rejudge(seeded[start : start + 20], days=days)
    assert len(built) < len(seeded)  # of some something ends on these days


def test_a_row_of_tags_is_found_by_the_fingerprint_of_its_rows_alone() -> None:
    system = make_vendor_chatbot()[0]
    assess_many([system.id])
    basis = Standing.objects.get().basis_sha256
    found = find_sheets({system.id: basis, system.id + 1: basis}, by_today=False)
    assert {key: len(sheet.tags) for key, sheet in found.items()} == {system.id: WIDTH * len(tagged_keys())}
    assert find_sheets({system.id: "0" * 64}, by_today=False) == {}
