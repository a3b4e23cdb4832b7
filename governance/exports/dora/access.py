"""Who may take the register of information: whoever may see all rows it is made of."""

from __future__ import annotations

from typing import Final

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, PermissionsMixin

_ROWS: Final = ("aisystem", "dataflow", "legalentity", "subcontractor", "vendor", "vendordependency")
NEEDED: Final = tuple(f"governance.view_{row}" for row in _ROWS)


def may_export(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Whether the person may see everything the export tells."""
    return isinstance(user, PermissionsMixin) and user.has_perms(NEEDED)
