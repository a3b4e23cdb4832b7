"""Which systems a change of a form of the law reaches: its own, and those whose forms rely on it."""

from __future__ import annotations

import pytest

from audit.models import Standing
from audit.services.marking import find_reached
from governance.selectors.law_records import RecordKind
from governance.services.law_records import finalise_record, start_record
from governance.services.registering import record_links, save_row
from tests.audit.scenes import TODAY, make_system
from tests.governance.law_scenes import FRIA, make_dpia, make_fria, make_not_high_risk, make_receipt

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (make_fria, "fundamentalrightsassessment"),
        (make_dpia, "dataprotectionassessment"),
        (make_not_high_risk, "nothighriskassessment"),
    ],
)
def test_a_form_reaches_its_own_system_alone(make: object, kind: str) -> None:
    assert callable(make)
    system, _other = make_system(), make_system()
    assert find_reached(kind, [make(system).pk]) == {system.pk}


def test_a_data_protection_assessment_reaches_what_refers_to_it_and_what_relies_on_that() -> None:
    systems = [make_system() for _ in range(3)]
    dpia = make_dpia(systems[0])
    fria = make_fria(systems[1], dpia=dpia)
    make_fria(systems[2], earlier=fria, why_similar="The same score.")
    assert find_reached("dataprotectionassessment", [dpia.pk]) == {system.pk for system in systems}
    assert find_reached("fundamentalrightsassessment", [fria.pk]) == {systems[1].pk, systems[2].pk}


def test_evidence_of_a_form_reaches_the_system() -> None:
    system, receipt = make_system(), make_receipt(None)
    make_not_high_risk(system).evidence.add(receipt)
    assert find_reached("evidence", [receipt.pk]) == {system.pk}


def test_beginning_finishing_and_adding_to_a_form_each_mark_the_system(
    django_capture_on_commit_callbacks: object,
) -> None:
    assert callable(django_capture_on_commit_callbacks)
    system = make_system()
    serials = []
    with django_capture_on_commit_callbacks(execute=True):
        record = start_record(kind=RecordKind.FRIA, system_id=system.pk, actor="officer")
    serials.append(Standing.objects.get(system=system).dirty_serial)
    for name, value in FRIA.items():
        setattr(record, name, value)
    with django_capture_on_commit_callbacks(execute=True):
        finalise_record(record=record, actor="officer", today=TODAY)
    serials.append(Standing.objects.get(system=system).dirty_serial)
    receipt = make_receipt(None)
    with django_capture_on_commit_callbacks(execute=True):
        save_row(instance=receipt, actor="officer")
        record.evidence.add(receipt)
        record_links(instance=record, field="evidence", before=[], after=[receipt.pk], actor="officer")
    serials.append(Standing.objects.get(system=system).dirty_serial)
    assert serials == sorted(set(serials))
