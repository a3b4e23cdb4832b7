"""The whole register of information of one legal entity: all templates, and what is missing in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from governance.exports.dora.arrangements import (
    fill_general,
    fill_links,
    fill_providing_entities,
    fill_signing_entities,
    fill_signing_providers,
    fill_specific,
    fill_users,
)
from governance.exports.dora.definition import load_definition
from governance.exports.dora.entities import fill_branches, fill_entities, fill_maintainer
from governance.exports.dora.functions import fill_assessments, fill_functions
from governance.exports.dora.providers import fill_chains, fill_providers
from governance.exports.dora.reading import Scope, read_scope
from governance.exports.dora.tables import Gap, Table
from governance.models import LegalEntity

SAYS: Final = (
    "This covers the AI-related ICT arrangements that are in this register, and nothing else. "
    "It is no filing by itself: it has to be joined with the other ICT arrangements, and the gaps have to be filled."
)


def _leave_terms(table: Table, _scope: Scope) -> None:
    table.leave_empty("how the entity understands these words is not held here")


_FILL: Final[Mapping[str, Callable[[Table, Scope], None]]] = {
    "B_01.01": fill_maintainer,
    "B_01.02": fill_entities,
    "B_01.03": fill_branches,
    "B_02.01": fill_general,
    "B_02.02": fill_specific,
    "B_02.03": fill_links,
    "B_03.01": fill_signing_entities,
    "B_03.02": fill_signing_providers,
    "B_03.03": fill_providing_entities,
    "B_04.01": fill_users,
    "B_05.01": fill_providers,
    "B_05.02": fill_chains,
    "B_06.01": fill_functions,
    "B_07.01": fill_assessments,
    "B_99.01": _leave_terms,
}


@dataclass(frozen=True, slots=True)
class Register:
    """The filled templates with what they were filled from."""

    scope: Scope
    tables: tuple[Table, ...]

    @property
    def gaps(self) -> list[Gap]:
        """What is missing, in the order of the templates; before that, arrangements nobody has judged yet."""
        undecided = [
            Gap(
                "",
                "",
                "",
                each.about,
                "",
                "left out: nobody has said whether it is an ICT service of a third party",
                "",
            )
            for each in self.scope.undecided
        ]
        return undecided + [gap for table in self.tables for gap in table.gaps]

    @property
    def row_count(self) -> int:
        """How many rows all templates have."""
        return sum(len(table.rows) for table in self.tables)


def build_register(*, entity: LegalEntity, as_of: date) -> Register:
    """Fill all templates for one legal entity as of a day; nothing is invented, and nothing saved."""
    scope = read_scope(entity=entity, as_of=as_of)
    tables = []
    for template in load_definition().templates:
        table = Table(template)
        _FILL[template.code](table, scope)
        tables.append(table)
    return Register(scope, tuple(tables))
