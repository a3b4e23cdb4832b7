"""Who may do what through the API: the same permissions as in the admin and on the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.permissions import BasePermission, DjangoModelPermissions

if TYPE_CHECKING:  # REST framework reads its settings, and so this module, while it loads its own views
    from rest_framework.request import Request
    from rest_framework.views import APIView


class ModelPermissions(DjangoModelPermissions):
    """Reading needs the model's view permission, writing its add, change or delete permission."""

    perms_map: dict[str, list[str]] = {
        "GET": ["%(app_label)s.view_%(model_name)s"],
        "HEAD": ["%(app_label)s.view_%(model_name)s"],
        "OPTIONS": ["%(app_label)s.view_%(model_name)s"],
        "POST": ["%(app_label)s.add_%(model_name)s"],
        "PUT": ["%(app_label)s.change_%(model_name)s"],
        "PATCH": ["%(app_label)s.change_%(model_name)s"],
        "DELETE": ["%(app_label)s.delete_%(model_name)s"],
    }


class NamedPermission(BasePermission):
    """The permission that the view names in ``permission_required`` as ``app.codename``."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Tell whether the user is signed in and holds it."""
        required: str = getattr(view, "permission_required", "")
        return bool(request.user and request.user.is_authenticated and request.user.has_perm(required))
