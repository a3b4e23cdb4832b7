"""Two short answers for load balancers: whether the process lives, and whether it can serve."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe


@require_safe
def show_alive(_request: HttpRequest) -> HttpResponse:
    """Always "ok": the process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def show_ready(_request: HttpRequest) -> HttpResponse:
    """Say "ok" when the database answers, otherwise 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("The database does not answer.\n", content_type="text/plain", status=503)
    return HttpResponse("ok\n", content_type="text/plain")
