"""Who may see and press what on the pages: the permissions of the groups, the same as in admin and API."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, TypeAlias

from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, PermissionsMixin
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

View: TypeAlias = Callable[..., HttpResponseBase]

REQUEST_ASSESSMENT: Final = "audit.request_assessment"
REQUEST_REPORT: Final = "audit.request_report"
REQUEST_STRESS: Final = "audit.request_stress"
SEE_REMINDER: Final = "audit.change_reminder"
RESPOND: Final = "audit.change_finding"
HOLD_RUN: Final = "audit.hold_reassessmentrun"
VIEW_DELIVERY: Final = "audit.view_delivery"
REQUEST_SCENARIO: Final = "audit.request_scenario"
CHANGE_SYSTEM: Final = "governance.change_aisystem"
ADD_SYSTEM: Final = "governance.add_aisystem"

_PAGES: Final = (
    ("Portfolio", "portfolio", ("portfolio", "system", "reasons", "order")),
    ("Entities", "entities", ("entities", "entity")),
    ("Findings", "findings", ("findings", "finding")),
    ("Calendar", "calendar", ("calendar",)),
    ("Concentration", "concentration", ("concentration",)),
    ("Stress", "stress", ("stress", "stress_run")),
    ("Reports", "reports", ("reports",)),
    ("Verify a report", "verify", ("verify",)),
    ("Reassessments", "runs", ("runs", "run", "scenarios", "scenario")),
)


def needs(permission: str) -> Callable[[View], View]:
    """Let a view in only who is signed in and holds the permission; others sign in first, or are refused (403)."""

    def wrap(view: View) -> View:
        return login_required(permission_required(permission, raise_exception=True)(view))

    return wrap


def may(user: AbstractBaseUser | AnonymousUser, permission: str) -> bool:
    """Tell whether the user holds the permission."""
    return isinstance(user, PermissionsMixin | AnonymousUser) and user.has_perm(permission)


def list_navigation(request: HttpRequest) -> dict[str, Iterable[dict[str, Any]]]:
    """For every template: the pages in the head, with the one that is shown; nobody signed in sees none."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"navigation": []}
    match = request.resolver_match
    here = match.url_name if match else ""
    entries = [
        {"title": title, "url": reverse(name), "is_current": here in together} for title, name, together in _PAGES
    ]
    if user.is_staff:
        entries.append({"title": "Register", "url": reverse("admin:index"), "is_current": False})
    return {"navigation": entries}
