"""Whether this process can serve: for load balancers, containers and `make up`."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse


def show_health(_request: HttpRequest) -> HttpResponse:
    """200 when the database answers, otherwise 503; it tells nothing else, since anybody may ask."""
    try:
        connection.ensure_connection()
    except DatabaseError:
        return HttpResponse("The database does not answer.\n", content_type="text/plain", status=503)
    return HttpResponse("ok\n", content_type="text/plain")
