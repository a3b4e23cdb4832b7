"""By what the API's lists of the judgement can be narrowed; keys of other rows are numbers, so no query checks them."""

from __future__ import annotations

from typing import ClassVar

import django_filters

from audit.models import Assessment, Finding, Report, Standing


class StandingFilter(django_filters.FilterSet):  # type: ignore[misc] # django-filter ships no types
    """Standings by class, bands, openness, stage, and state."""

    stage = django_filters.CharFilter(field_name="system__stage")

    class Meta:
        model = Standing
        fields: ClassVar = [
            "aia_class",
            "exposure_band",
            "openness_status",
            "lock_in_band",
            "transparency_band",
            "is_dirty",
            "state",
        ]


class AssessmentFilter(django_filters.FilterSet):  # type: ignore[misc] # django-filter ships no types
    """Assessments by system and day."""

    system = django_filters.NumberFilter(field_name="system_id")
    as_of = django_filters.DateFilter()

    class Meta:
        model = Assessment
        fields: ClassVar = ["engine"]


class FindingFilter(django_filters.FilterSet):  # type: ignore[misc] # django-filter ships no types
    """Findings by system, area, rating, response, and whether they are still open."""

    system = django_filters.NumberFilter(field_name="system_id")
    is_open = django_filters.BooleanFilter(field_name="closed_on", lookup_expr="isnull")

    class Meta:
        model = Finding
        fields: ClassVar = ["area", "rating", "response"]


class ReportFilter(django_filters.FilterSet):  # type: ignore[misc] # django-filter ships no types
    """Reports by kind, system, organisation, status and state."""

    system = django_filters.NumberFilter(field_name="system_id")
    organisation = django_filters.NumberFilter(field_name="organisation_id")

    class Meta:
        model = Report
        fields: ClassVar = ["kind", "status", "state"]
