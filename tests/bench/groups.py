"""The groups of figures in the order in which the register grows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError
from django.db import DatabaseError
from django.urls import NoReverseMatch

from governance.models import AISystem
from tests.bench.assessing import measure_rules
from tests.bench.history import measure_history
from tests.bench.listing import compare_admin, measure_admin, measure_api, sign_in
from tests.bench.measuring import Figure
from tests.bench.reassessing import measure_changed, measure_full, measure_on_servers, measure_on_sqlite, size_for
from tests.bench.register import grow_register, make_register
from tests.bench.reporting import Sizes, measure_portfolio, measure_queue, measure_reporting
from tests.bench.serving import measure_on_postgres
from tests.bench.stressing import measure_stress

# What a part of the product that is missing or broken may raise; the others are measured all the same.
UNMEASURABLE = (
    *(AttributeError, CommandError, DatabaseError, ImproperlyConfigured, LookupError, NoReverseMatch),
    *(OSError, RuntimeError, TypeError, ValueError),
)
SMALL = 100


def plan(
    assessed: int, changed: int, listed: int, reports: Sizes
) -> Iterator[tuple[str, Callable[[], Iterator[Figure]]]]:
    """Each group with its name; the register grows between them."""
    make_register()
    yield "report_vs_weasyprint, report_tagged, report_growth, report_memory", partial(measure_reporting, reports)
    yield "report_queue_memory", partial(measure_queue, reports)
    grow_register(SMALL, with_rows=True)
    client = sign_in()
    small = measure_admin(client)
    grow_register(max(assessed, SMALL), with_rows=True)
    yield "rules_per_system", measure_rules
    yield "audit_append, audit_verify", measure_history
    grow_register(max(reports.portfolio, SMALL), with_rows=True)
    yield (
        "report_portfolio, report_portfolio_memory, report_change_memory, report_memo_memory",
        partial(measure_portfolio, reports),
    )
    sizes = size_for(assessed)
    yield "reassess_changed, reassess_one", partial(measure_changed, changed)
    yield "reassess_full_sqlite, _kept_, reassess_full_postgres, _kept_, celery_overhead", partial(measure_full, sizes)
    yield "reassess_moved_sqlite, _confirmed_, _memory, _growth", partial(measure_on_sqlite, sizes)
    yield "reassess_moved_postgres, _confirmed_, two_workers", partial(measure_on_servers, sizes)
    yield "stress", measure_stress
    grow_register(max(listed, assessed), with_rows=False)
    yield "api_list", partial(measure_api, client)
    yield "admin_list", lambda: iter([compare_admin(small, measure_admin(client), AISystem.objects.count())])
    served = partial(measure_on_postgres, max(listed, SMALL))
    yield "audit_append_postgres, audit_verify_postgres, api_list_postgres, admin_list_postgres", served
