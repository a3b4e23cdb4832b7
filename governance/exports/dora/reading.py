"""What of the register the export tells: one legal entity with its AI-related ICT arrangements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from governance.choices import ParentStatus
from governance.models import LegalEntity, Subcontractor, Vendor, VendorDependency


@dataclass(frozen=True, slots=True)
class Arrangement:
    """One arrangement of one system, with the chain behind it."""

    row: VendorDependency
    chain: tuple[Subcontractor, ...]

    @property
    def about(self) -> str:
        """The arrangement as a person finds it in this register."""
        named = f" ({self.row.contract_reference})" if self.row.contract_reference else ""
        return f"{self.row.system.reference}: {self.row.vendor.name}{named}"

    @property
    def is_critical(self) -> bool | None:
        """Whether the function behind it is critical or important; None while not known."""
        return self.row.system.is_critical_function


@dataclass(frozen=True, slots=True)
class Scope:
    """What is exported, and what is left out of it by name."""

    entity: LegalEntity
    as_of: date
    arrangements: tuple[Arrangement, ...]
    undecided: tuple[Arrangement, ...]
    own_companies: frozenset[str]

    @property
    def providers(self) -> list[Vendor]:
        """The direct providers, their sub-contractors and the ultimate parents of both, each once, by name."""
        named: dict[int, Vendor] = {}
        for arrangement in self.arrangements:
            for vendor in (arrangement.row.vendor, *(each.vendor for each in arrangement.chain)):
                named[vendor.pk] = vendor
                if vendor.ultimate_parent is not None:
                    named.setdefault(vendor.ultimate_parent.pk, vendor.ultimate_parent)
        return sorted(named.values(), key=lambda vendor: vendor.name)

    @property
    def parents(self) -> frozenset[int]:
        """The numbers of those that stand at the top of a group, or are known to have nobody above them."""
        vendors = self.providers
        named = {vendor.ultimate_parent_id for vendor in vendors if vendor.ultimate_parent_id is not None}
        return frozenset(named | {vendor.pk for vendor in vendors if vendor.parent_status == ParentStatus.NONE})

    @property
    def direct(self) -> frozenset[int]:
        """The numbers of the direct providers."""
        return frozenset(arrangement.row.vendor_id for arrangement in self.arrangements)


def read_scope(*, entity: LegalEntity, as_of: date) -> Scope:
    """Read the entity's arrangements: ICT services are told, and those nobody has judged yet are named."""
    rows = (
        VendorDependency.objects.filter(system__legal_entity=entity)
        .exclude(is_ict_service=False)
        .select_related("system", "vendor__ultimate_parent")
        .prefetch_related("subcontractors__vendor__ultimate_parent", "system__data_flows")
        .order_by("system__reference", "contract_reference", "id")
    )
    found = [Arrangement(row, tuple(sorted(row.subcontractors.all(), key=_by_rank))) for row in rows]
    return Scope(
        entity=entity,
        as_of=as_of,
        arrangements=tuple(each for each in found if each.row.is_ict_service),
        undecided=tuple(each for each in found if each.row.is_ict_service is None),
        own_companies=_name_own_companies(),
    )


def _by_rank(row: Subcontractor) -> tuple[int, int]:
    return row.rank, row.pk


def _name_own_companies() -> frozenset[str]:
    """Names and LEIs of our own companies, to tell providers inside the group."""
    rows: Sequence[tuple[str, str]] = list(LegalEntity.objects.values_list("name", "lei"))
    return frozenset(text for row in rows for text in row if text)
