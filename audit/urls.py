"""The addresses of the pages."""

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import path

from audit.views import (
    actions,
    asking,
    calendar,
    entities,
    findings,
    health,
    portfolio,
    reasons,
    reports,
    runs,
    scenarios,
    system,
    verify,
)

urlpatterns = [
    path("", portfolio.show_portfolio, name="portfolio"),
    path("systems/<int:system_id>/", system.show_system, name="system"),
    path("systems/<int:system_id>/reasons/", reasons.show_reasons, name="reasons"),
    path("systems/<int:system_id>/progress/", system.show_progress, name="system_progress"),
    path("systems/<int:system_id>/assess/", actions.assess_now, name="assess_now"),
    path("systems/<int:system_id>/report/", actions.make_report, name="make_report"),
    path("findings/", findings.show_findings, name="findings"),
    path("findings/<int:finding_id>/", findings.respond, name="finding"),
    path("entities/", entities.list_entities, name="entities"),
    path("entities/<int:entity_id>/", entities.show_entity, name="entity"),
    path("calendar/", calendar.show_calendar, name="calendar"),
    path("reports/", reports.show_reports, name="reports"),
    path("reports/ask/", asking.ask_report, name="ask_report"),
    path("reports/<int:report_id>/file/", reports.download_report, name="download_report"),
    path("runs/", runs.show_runs, name="runs"),
    path("runs/start/", runs.start_reassessment, name="start_reassessment"),
    path("runs/<int:run_id>/", runs.show_run, name="run"),
    path("runs/<int:run_id>/progress/", runs.show_run_progress, name="run_progress"),
    path("runs/<int:run_id>/hold/", runs.hold_run, name="hold_run"),
    path("scenarios/", scenarios.show_scenarios, name="scenarios"),
    path("scenarios/<int:scenario_id>/", scenarios.show_scenario, name="scenario"),
    path("verify/", verify.show_verification, name="verify"),
    path("verify/<str:name>", verify.download_verifier, name="download_verifier"),
    path("sign-in/", LoginView.as_view(template_name="pages/sign_in.html"), name="sign_in"),
    path("sign-out/", LogoutView.as_view(), name="sign_out"),
    path("health", health.show_alive, name="alive_plain"),
    path("ready", health.show_ready, name="ready_plain"),
    path("metrics", health.show_metrics, name="metrics"),
    path("healthz", health.show_alive, name="alive"),
    path("readyz", health.show_ready, name="ready"),
]
