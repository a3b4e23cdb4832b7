"""Which systems a change of the register reaches, through every chain and no further, and marking them as changed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Final

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from audit.models import UNFINISHED, Standing
from audit.selectors.among import among
from audit.services.grounds import mark_grounds
from audit.services.leasing import ask_for
from audit.services.sending import ASSESS_SYSTEM, send_on_commit
from governance.models import (
    AISystem,
    ComponentArtefact,
    ControlStatus,
    DataFlow,
    DataProtectionAssessment,
    EvaluationRecord,
    Evidence,
    FundamentalRightsAssessment,
    HostOffer,
    NotHighRiskAssessment,
    Subcontractor,
    SystemComponent,
    Vendor,
    VendorDependency,
)


def mark_dirty(*, kind: str, ids: Collection[int]) -> list[int]:
    """Mark the systems that a change reaches, queue their assessment and send it after the commit.

    ``kind`` is a model's name in lower case. Gives the ids of the systems; of an unknown kind none.
    """
    system_ids = find_reached(kind, set(ids))
    if system_ids:
        mark_systems(system_ids=system_ids, requested_by=f"change of {kind}")
    return sorted(system_ids)


@transaction.atomic
def mark_systems(*, system_ids: Collection[int], requested_by: str) -> None:
    """Mark systems as changed; a change during an assessment raises the serial and is not lost."""
    now = timezone.now()
    mark_grounds(system_ids)
    ensure_standings(system_ids)
    rows = Standing.objects.filter(system_id__in=system_ids)
    # In one order, so that two changes that reach the same systems wait for each other instead of locking up.
    list(rows.select_for_update().order_by("pk").values_list("pk", flat=True))
    rows.update(dirty_serial=F("dirty_serial") + 1)
    rows.filter(is_dirty=False).update(is_dirty=True, dirty_since=now)
    rows.filter(dirty_since=None).update(dirty_since=now)
    ask_for(rows, requested_by=requested_by, now=now)
    send_on_commit(ASSESS_SYSTEM, sorted(system_ids))


@transaction.atomic
def mark_for_the_next_run(*, serials: Mapping[int, int]) -> list[int]:
    """Mark systems as changed, and leave them to the next run; gives those that were marked.

    A system that was marked, or taken up, since it had the serial is left out: its change was announced.
    """
    mark_grounds(serials)
    rows = Standing.objects.filter(among("system_id", serials), is_dirty=False).exclude(state__in=UNFINISHED)
    locked = rows.select_for_update().order_by("pk").values_list("system_id", "dirty_serial")
    ours = [system_id for system_id, serial in locked if serial == serials[system_id]]
    Standing.objects.filter(among("system_id", ours)).update(
        is_dirty=True, dirty_since=timezone.now(), dirty_serial=F("dirty_serial") + 1
    )
    return sorted(ours)


def ensure_standings(system_ids: Collection[int]) -> None:
    """Make the standing of each system that has none; ids of systems that are gone are left out."""
    missing = AISystem.objects.filter(among("id", system_ids), standing=None).order_by().values_list("id", flat=True)
    Standing.objects.bulk_create(
        [Standing(system_id=system_id) for system_id in missing], ignore_conflicts=True, batch_size=500
    )


def find_reached(kind: str, ids: Collection[int]) -> set[int]:
    """The ids of the systems whose facts may differ after rows of a kind changed."""
    follow = _CHAINS.get(kind)
    return follow(ids) if follow is not None and ids else set()


def _from_component(ids: Collection[int]) -> set[int]:
    """Systems that use a component, or have evaluated it as a substitute."""
    return _ids(SystemComponent.objects.filter(component_id__in=ids).values_list("system_id")) | _ids(
        EvaluationRecord.objects.filter(component_id__in=ids).values_list("system_id")
    )


def _from_vendor(ids: Collection[int]) -> set[int]:
    """Systems that rely on a vendor, its group's companies, or what they publish, host or receive."""
    group = _with_subsidiaries(set(ids))
    reached = _ids(VendorDependency.objects.filter(vendor_id__in=group).values_list("system_id"))
    reached |= _ids(Subcontractor.objects.filter(vendor_id__in=group).values_list("dependency__system_id"))
    reached |= _ids(DataFlow.objects.filter(to_vendor_id__in=group).values_list("system_id"))
    reached |= _ids(SystemComponent.objects.filter(host_id__in=group).values_list("system_id"))
    published = _ids(Vendor.objects.filter(id__in=group).values_list("components__id"))
    offered = _ids(HostOffer.objects.filter(company_id__in=group).values_list("component_id"))
    return reached | _from_component(published | offered)


def _with_subsidiaries(group: set[int]) -> set[int]:
    while True:
        found = _ids(Vendor.objects.filter(ultimate_parent_id__in=group).values_list("id")) - group
        if not found:
            return group
        group = group | found


def _from_entity(ids: Collection[int]) -> set[int]:
    """Systems of a legal entity, and those that use what it built."""
    reached = _ids(AISystem.objects.filter(legal_entity_id__in=ids).values_list("id"))
    return reached | _ids(SystemComponent.objects.filter(component__own_work_of_id__in=ids).values_list("system_id"))


def _from_control(ids: Collection[int]) -> set[int]:
    rows = ControlStatus.objects.filter(id__in=ids)
    return _ids(rows.values_list("system_id")) | _ids(rows.values_list("legal_entity__systems__id"))


def _from_fria(ids: Collection[int]) -> set[int]:
    """The system of an assessment, and those whose own assessments rely on it."""
    rows = FundamentalRightsAssessment.objects
    return _ids(rows.filter(Q(id__in=ids) | Q(earlier_id__in=ids)).values_list("system_id"))


def _from_dpia(ids: Collection[int]) -> set[int]:
    """The system of an assessment, and those whose fundamental-rights assessments refer to it, or rely on one."""
    rows = FundamentalRightsAssessment.objects
    referring = _ids(rows.filter(dpia_id__in=ids).values_list("id"))
    reached = _ids(DataProtectionAssessment.objects.filter(id__in=ids).values_list("system_id"))
    return reached | _from_fria(referring)


def _from_not_high_risk(ids: Collection[int]) -> set[int]:
    return _ids(NotHighRiskAssessment.objects.filter(id__in=ids).values_list("system_id"))


def _from_evidence(ids: Collection[int]) -> set[int]:
    """Systems whose facts or controls the evidence supports."""
    rows = Evidence.objects.filter(id__in=ids)
    reached = _ids(rows.values_list("system_id"))
    reached |= _from_component(_ids(rows.values_list("component_id")))
    reached |= _ids(rows.values_list("legal_entity__systems__id"))
    vendors = _ids(rows.values_list("vendor_id"))
    reached |= _ids(VendorDependency.objects.filter(vendor_id__in=vendors).values_list("system_id"))
    reached |= _ids(SystemComponent.objects.filter(component__vendor_id__in=vendors).values_list("system_id"))
    reached |= _from_fria(_ids(rows.values_list("fundamentalrightsassessments__id")))
    reached |= _from_dpia(_ids(rows.values_list("dataprotectionassessments__id")))
    reached |= _from_not_high_risk(_ids(rows.values_list("nothighriskassessments__id")))
    return reached | _from_control(_ids(rows.values_list("controls__id")))


def _from_subcontractor(ids: Collection[int]) -> set[int]:
    """The system of the chain, and those that could move to its vendor: behind that service stands the chain, too."""
    rows = Subcontractor.objects.filter(id__in=ids)
    vendors = _ids(rows.values_list("dependency__vendor_id"))
    offered = _ids(HostOffer.objects.filter(company_id__in=vendors).values_list("component_id"))
    return _ids(rows.values_list("dependency__system_id")) | _from_component(offered)


def _ids(rows: Collection[tuple[int | None]]) -> set[int]:
    return {row[0] for row in rows if row[0] is not None}


_CHAINS: Final[Mapping[str, Callable[[Collection[int]], set[int]]]] = {
    "aisystem": lambda ids: _ids(AISystem.objects.filter(among("id", ids)).order_by().values_list("id")),
    "systemcomponent": lambda ids: _ids(SystemComponent.objects.filter(id__in=ids).values_list("system_id")),
    "dataflow": lambda ids: _ids(DataFlow.objects.filter(id__in=ids).values_list("system_id")),
    "vendordependency": lambda ids: _ids(VendorDependency.objects.filter(id__in=ids).values_list("system_id")),
    "subcontractor": _from_subcontractor,
    "evaluationrecord": lambda ids: _ids(EvaluationRecord.objects.filter(id__in=ids).values_list("system_id")),
    "controlstatus": _from_control,
    "evidence": _from_evidence,
    "fundamentalrightsassessment": _from_fria,
    "dataprotectionassessment": _from_dpia,
    "nothighriskassessment": _from_not_high_risk,
    "component": _from_component,
    "componentartefact": lambda ids: _from_component(
        _ids(ComponentArtefact.objects.filter(id__in=ids).values_list("component_id"))
    ),
    "hostoffer": lambda ids: _from_component(_ids(HostOffer.objects.filter(id__in=ids).values_list("component_id"))),
    "vendor": _from_vendor,
    "legalentity": _from_entity,
}
