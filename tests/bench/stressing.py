"""Stress scenarios over ten thousand systems: reading the register, following every chain, and the result."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from django.db.models import Count

from audit.services.stressing import compute_stress
from governance.models import AISystem, SystemComponent, VendorDependency
from tests.bench.assessing import AS_OF
from tests.bench.measuring import Figure, median_seconds
from tests.bench.register import grow_register

SYSTEMS = 10_000


def measure_stress() -> Iterator[Figure]:
    """The slowest of the five scenarios, in processor seconds for ten thousand systems."""
    grow_register(SYSTEMS, with_rows=True)
    systems = AISystem.objects.count()
    seconds = {
        name: median_seconds(partial(compute_stress, name=name, parameters=parameters, as_of=AS_OF))
        for name, parameters in _scenarios().items()
    }
    slowest = max(seconds, key=lambda name: seconds[name])
    note = f"{slowest}, {systems} systems; " + ", ".join(f"{name} {found:.2f}" for name, found in seconds.items())
    yield Figure("stress", seconds[slowest] * SYSTEMS / systems, "s for 10,000 systems", 2.0, note)


def _scenarios() -> dict[str, dict[str, str]]:
    """One of each, on the vendor with most contracts and the component in most systems."""
    vendor = VendorDependency.objects.values_list("vendor__name").annotate(most=Count("id")).order_by("-most")[0][0]
    component = (
        SystemComponent.objects.filter(component__kind="model")
        .values_list("component__key")
        .annotate(most=Count("id"))
        .order_by("-most")[0][0]
    )
    return {
        "vendor_gone": {"vendor": vendor},
        "model_retired": {"component": component, "on": "2027-06-30"},
        "price_times": {"times": "3"},
        "transfer_stopped": {"country": "US", "tool": "adequacy,dpf,scc"},
        "licence_changed": {"component": component, "to": "forbids_us"},
    }
