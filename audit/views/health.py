"""Answers for machines: whether the process lives, whether the service can do its work, and its figures."""

from __future__ import annotations

import hmac
import ipaddress

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from audit.services.watching.figures import write_figures
from audit.services.watching.readiness import find_unready


@require_safe
@never_cache
def show_alive(_request: HttpRequest) -> HttpResponse:
    """Always "ok": the process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def show_ready(request: HttpRequest) -> HttpResponse:
    """Say "ok" when the service can do its work, otherwise 503 with each part that cannot and what would be right."""
    unready = find_unready(today=timezone.localdate())
    status = 503 if unready else 200
    if "application/json" in request.headers.get("Accept", ""):
        parts = [{"part": each.part, "what": each.what, "right": each.right} for each in unready]
        return JsonResponse({"ready": not unready, "unready": parts}, status=status)
    text = "".join(f"{each}\n" for each in unready) or "ok\n"
    return HttpResponse(text, content_type="text/plain; charset=utf-8", status=status)


@require_safe
@never_cache
def show_metrics(request: HttpRequest) -> HttpResponse:
    """The figures for Prometheus, to those who hold the token; without one set, to this machine alone."""
    if not _may_read_metrics(request):
        answer = HttpResponse(
            "The figures need the header “Authorization: Bearer …” with OPENBOOK_METRICS_TOKEN.\n",
            content_type="text/plain; charset=utf-8",
            status=401,
        )
        answer["WWW-Authenticate"] = 'Bearer realm="metrics"'
        return answer
    return HttpResponse(write_figures(), content_type=CONTENT_TYPE_LATEST)


def _may_read_metrics(request: HttpRequest) -> bool:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if settings.METRICS_TOKEN:
        return scheme.lower() == "bearer" and hmac.compare_digest(
            given.strip().encode(), settings.METRICS_TOKEN.encode()
        )
    return bool(settings.METRICS_FOR_THIS_MACHINE) and _is_this_machine(request)


def _is_this_machine(request: HttpRequest) -> bool:
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
