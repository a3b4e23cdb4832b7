"""How firm the portfolio's order is: what each weight moved by a fifth would do to it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from audit.portfolio.sensitivity import read_robustness
from audit.views.access import needs


@require_safe
@needs("audit.view_standing")
def show_order(request: HttpRequest) -> HttpResponse:
    """Both orders, with who would be overtaken for each weight."""
    today = timezone.localdate()
    found = read_robustness(today)
    orders = [("Lock-in", found.lock_in), ("Transparency risk", found.transparency)]
    context = {"orders": orders, "systems": found.lock_in.systems, "is_drawn": found.is_drawn, "as_of": today}
    return render(request, "pages/order.html", context)
