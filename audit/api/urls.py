"""The addresses of the judgement's half of the API, its schema, and the page that shows it."""

from django.contrib.auth.decorators import login_required
from django.urls import path
from django.views.generic import TemplateView
from drf_spectacular.views import SpectacularAPIView
from rest_framework.routers import SimpleRouter

from audit.api.concentration import ConcentrationView, FlawsView, RootsView, WatchedDaysView
from audit.api.entities import EntityJudgementView
from audit.api.lock_in import ReminderViewSet, SensitivityView, WaysOutView
from audit.api.preview import PreviewView
from audit.api.runs import RunViewSet, ScenarioViewSet
from audit.api.stress import StressViewSet
from audit.api.tokens import EndTokenView, NewTokenView
from audit.api.views import AssessmentViewSet, FindingViewSet, ReportViewSet, StandingViewSet

router = SimpleRouter()
router.register("standings", StandingViewSet, basename="api-standing")
router.register("assessments", AssessmentViewSet, basename="api-assessment")
router.register("findings", FindingViewSet, basename="api-finding")
router.register("reports", ReportViewSet, basename="api-report")
router.register("stress", StressViewSet, basename="api-stress")
router.register("reminders", ReminderViewSet, basename="api-reminder")
router.register("runs", RunViewSet, basename="api-run")
router.register("scenarios", ScenarioViewSet, basename="api-scenario")

urlpatterns = [
    *router.urls,
    path("assess/preview/", PreviewView.as_view(), name="api-preview"),
    path("concentration/", ConcentrationView.as_view(), name="api-concentration"),
    path("concentration/roots/", RootsView.as_view(), name="api-concentration-roots"),
    path("concentration/flaws/", FlawsView.as_view(), name="api-concentration-flaws"),
    path("sensitivity/", SensitivityView.as_view(), name="api-sensitivity"),
    path("watched-days/", WatchedDaysView.as_view(), name="api-watched-days"),
    path("ways-out/<int:system_id>/", WaysOutView.as_view(), name="api-ways-out"),
    path("legal-entities/<int:entity_id>/judgement/", EntityJudgementView.as_view(), name="api-entity-judgement"),
    path("tokens/", NewTokenView.as_view(), name="api-token-new"),
    path("tokens/end/", EndTokenView.as_view(), name="api-token-end"),
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs/", login_required(TemplateView.as_view(template_name="pages/api_docs.html")), name="api-docs"),
]
