"""The register as a Django app, and the admin site with its sections.

The site stands here and not in ``governance.admin``: it must be importable before any screen is registered on it.
"""

from __future__ import annotations

from typing import Any, Final

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.contrib.admin.sites import AdminSite
from django.http import HttpRequest

SECTIONS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    (
        "Register",
        ("AISystem", "Component", "Vendor", "LegalEntity", "VendorDependency", "Evidence", "ControlStatus"),
    ),
    ("Forms of the law", ("FundamentalRightsAssessment", "DataProtectionAssessment", "NotHighRiskAssessment")),
    ("Outcomes", ("Finding", "Report", "Assessment", "ReassessmentRun", "Scenario", "StressRecord", "Reminder")),
    ("Who is told", ("Subscription", "Delivery", "Escalation")),
    ("Record", ("AuditEvent", "EvaluationRecord")),
    ("Administration", ("User", "PeriodicTask", "CrontabSchedule", "IntervalSchedule", "AccessAttempt")),
)


class OpenbookAdminSite(AdminSite):
    """Django's admin with Openbook's sections instead of its apps."""

    site_header = "Openbook"
    site_title = "Openbook"
    index_title = "Register"
    enable_nav_sidebar = False

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The kinds of rows the person may see, by section; what no section names is left to its own address."""
        apps = super().get_app_list(request, app_label)
        if app_label is not None:
            return apps
        models = {model["object_name"]: model for app in apps for model in app["models"]}
        sections = (
            {
                "name": name,
                "app_label": name.lower(),
                "app_url": "",
                "has_module_perms": True,
                "models": [models[model] for model in wanted if model in models],
            }
            for name, wanted in SECTIONS
        )
        return [section for section in sections if section["models"]]


class GovernanceConfig(AppConfig):
    """Holds what is in use, as facts that people enter or import."""

    default = True
    name = "governance"
    verbose_name = "Register"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the receivers once all models are loaded."""
        from governance import receivers  # noqa: F401, PLC0415 - Django: receivers may be imported only here


class OpenbookAdminConfig(admin_apps.AdminConfig):
    """Django's admin under Openbook's site."""

    default = False
    default_site = "governance.apps.OpenbookAdminSite"
