"""What a new version of the packs judges as before keeps what is said of it; all else is said anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest

from audit import rulepacks
from audit.models import Assessment, Finding, Standing
from audit.services import assessing, judging
from audit.services.keeping import keep_known, keep_read
from audit.services.storing import store_chunk
from governance.models import ControlStatus
from tests.audit.reissuing import refuse_controls, reissue, reword, turn_round
from tests.audit.scenes import TODAY, make_system, make_vendor_chatbot
from tests.audit.services.test_bulk import assess_many, forget, read_all, seeded

__all__ = ["seeded"]


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many systems were stored in full, and how many as they were."""
    counts = [0, 0]

    def count_judged(judged: Sequence[Any], *rest: Any) -> Any:
        counts[0] += len(judged)
        return store_chunk(judged, *rest)

    def counting(keep: Callable[..., list[Any]]) -> Callable[..., list[Any]]:
        def count_kept(*given: Any) -> list[Any]:
            kept = keep(*given)
            counts[1] += len(kept)
            return kept

        return count_kept

    monkeypatch.setattr(judging, "store_chunk", count_judged)
    monkeypatch.setattr(judging, "keep_read", counting(keep_read))
    monkeypatch.setattr(assessing, "keep_known", counting(keep_known))
    return counts


@pytest.fixture
def change_packs(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    load = rulepacks._load_packs

    def change(how: Callable[..., Any], *given: Any) -> None:
        monkeypatch.setattr(rulepacks, "_load_packs", how(load, *given))

    return change


@pytest.mark.django_db
def test_kept_is_what_would_have_been_written(
    seeded: list[int], counted: list[int], change_packs: Callable[..., None]
) -> None:
    """Over days on which contracts end, notice falls due, evidence expires and law starts."""
    found = []
    for may_keep in (True, False):
        change_packs(reissue, 0)
        assess_many(seeded)
        counts = []
        for issue, days in enumerate((1, 5, 13, 27, 55, 160), start=1):
            if not may_keep:
                Standing.objects.update(wording_sha256="of another judgement")
            counted[:] = [0, 0]
            change_packs(reissue, issue)
            assess_many(seeded, TODAY + timedelta(days=days), may_confirm=True)
            counts.append(tuple(counted))
        found.append(read_all())
        forget()
        if not may_keep:
            assert set(counts) == {(len(seeded), 0)}
        else:
            assert counts[0][1] > len(seeded) - 10  # of the others something ends or begins on the next day
            assert sum(kept for _, kept in counts) > 3 * len(seeded), counts
    kept, written = found
    assert kept == written


@pytest.mark.django_db
def test_the_same_outcome_by_other_packs_is_an_assessment_with_the_same_texts(
    counted: list[int], change_packs: Callable[..., None]
) -> None:
    system = make_vendor_chatbot()[0]
    assess_many([system.id])
    change_packs(reissue, 1)
    [done] = assess_many([system.id], may_confirm=True)
    first, second = Assessment.objects.filter(system=system).order_by("id")
    assert counted == [1, 1]
    assert not done.has_changed
    assert first.packs_hash != second.packs_hash
    assert (first.outcome_record_id, first.fact_sheet_id) == (second.outcome_record_id, second.fact_sheet_id)
    standing = Standing.objects.get(system=system)
    assert (standing.assessment_id, standing.is_dirty, standing.state) == (second.pk, False, "done")


@pytest.mark.django_db
def test_packs_that_name_their_rules_in_another_order_are_judged_by_the_rows(
    counted: list[int], change_packs: Callable[..., None]
) -> None:
    """An outcome lists what is open in the order of the packs, and its wording does not tell it."""
    system = make_vendor_chatbot()[0]
    assess_many([system.id])
    change_packs(turn_round)
    [done] = assess_many([system.id], may_confirm=True)
    assert counted == [2, 0]
    assert done.has_changed
    first, second = [
        [rule["id"] for rule in one.outcome["regulatory"]["undetermined"]]
        for one in Assessment.objects.filter(system=system).order_by("id")
    ]
    assert first != second
    assert sorted(first) == sorted(second)


@pytest.mark.django_db
def test_other_words_of_a_pack_are_written_into_the_findings(
    counted: list[int], change_packs: Callable[..., None]
) -> None:
    system = make_vendor_chatbot()[0]
    other = make_system(answers={"data.personal": {"value": False}})
    assess_many([system.id, other.id])
    duty = Finding.objects.filter(system=system, key__startswith="duty:gdpr").order_by("key")[0]
    change_packs(reword, duty.key.removeprefix("duty:"), "Called otherwise now")
    counted[:] = [0, 0]
    Standing.objects.update(is_dirty=True)
    assess_many([system.id, other.id])
    duty.refresh_from_db()
    assert duty.title.startswith("Called otherwise now")
    assert (duty.closed_on, duty.times_opened) == (None, 1)
    assert counted == [1, 1]  # no duty of the GDPR binds the other


@pytest.mark.django_db
def test_what_no_control_cures_any_more_is_written_into_the_findings(
    counted: list[int], change_packs: Callable[..., None]
) -> None:
    """The outcome is the same before and after, and so is every word that the pack says of the duty."""
    system = make_vendor_chatbot()[0]
    assess_many([system.id])
    finding = Finding.objects.filter(system=system, key__startswith="duty:gdpr").order_by("key")[0]
    rule = finding.key.removeprefix("duty:")
    ControlStatus.objects.create(system=system, obligation=rule, status="not_met", recorded_on=TODAY)
    assess_many([system.id])
    finding.refresh_from_db()
    assert finding.recommendation == "Put in place what is missing and enter the evidence."
    change_packs(refuse_controls, rule)
    counted[:] = [0, 0]
    Standing.objects.update(is_dirty=True)
    assess_many([system.id])
    finding.refresh_from_db()
    assert finding.recommendation == "End the practice, or correct the answers if they are wrong."
