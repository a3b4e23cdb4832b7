"""Templates B_05: the providers, and the chains behind the services."""

from __future__ import annotations

import unicodedata

from governance.exports.dora.codes import code_lei_type, code_service_type
from governance.exports.dora.reading import Arrangement, Scope
from governance.exports.dora.tables import Table
from governance.models import Subcontractor, Vendor


def fill_providers(table: Table, scope: Scope) -> None:
    """B_05.01: every provider, sub-contractor and ultimate parent.

    Its cost is left out: it would have to cover all its services, and only those for AI are held here.
    """
    parents, direct = scope.parents, scope.direct
    for vendor in scope.providers:
        is_parent = vendor.pk in parents
        above = vendor if is_parent else vendor.ultimate_parent
        lei = above.lei if above else ""
        country = f"established in {vendor.country}; its headquarters may be elsewhere" if vendor.country else ""
        parent = f"its LEI is not entered ({above.name})" if above else "whether it has a parent is not known"
        table.add(
            vendor.name,
            {
                "c0010": vendor.lei or None,
                "c0020": code_lei_type(vendor.lei),
                "c0050": vendor.legal_name or None,
                "c0060": vendor.legal_name if _is_latin(vendor.legal_name) else None,
                "c0110": lei or None,
                "c0120": code_lei_type(lei),
            },
            applies={"c0040": False, "c0090": vendor.pk in direct, "c0100": vendor.pk in direct},
            hints={"c0080": country, "c0110": parent, "c0120": parent},
        )
        table.doubt_lei("c0010", vendor.name, vendor.lei)


def fill_chains(table: Table, scope: Scope) -> None:
    """B_05.02: the vendor at rank 1, and those behind it one rank further than this register counts them."""
    for each in scope.arrangements:
        row = each.row
        shared = {"c0010": row.contract_reference or None, "c0020": code_service_type(row.ict_service_type)}
        direct = {
            "c0030": row.vendor.lei or None,
            "c0040": code_lei_type(row.vendor.lei),
            "c0050": "1",
        }
        table.add(each.about, shared | direct, applies={"c0060": False, "c0070": False})
        for link in each.chain:
            recipient = find_recipient(each, link)
            lei = recipient.lei if recipient else ""
            table.add(
                f"{each.about} > {link.vendor.name}",
                shared
                | {
                    "c0030": link.vendor.lei or None,
                    "c0040": code_lei_type(link.vendor.lei),
                    "c0050": str(link.rank + 1),
                    "c0060": lei or None,
                    "c0070": code_lei_type(lei),
                },
                applies={"c0060": True, "c0070": True},
                hints={"c0060": f"it works for {recipient.name}" if recipient else "for whom it works is not entered"},
            )


def find_recipient(arrangement: Arrangement, link: Subcontractor) -> Vendor | None:
    """For whom a sub-contractor works: the vendor, or the only one a rank higher where all are known."""
    if link.rank == 1:
        return arrangement.row.vendor
    above = [each.vendor for each in arrangement.chain if each.rank == link.rank - 1]
    return above[0] if len(above) == 1 and arrangement.row.subcontractors_known else None


def _is_latin(text: str) -> bool:
    return all(unicodedata.name(sign, "").startswith("LATIN ") for sign in text if sign.isalpha())
