"""Hears what changed in the register and marks the systems concerned; their assessment is sent by that service."""

from __future__ import annotations

from collections.abc import Collection

from django.dispatch import receiver

from audit.rulepacks.obligations import find_unknown_controls
from audit.services.marking import mark_dirty
from governance.signals import obligation_named, register_changed


@receiver(register_changed, dispatch_uid="audit.mark_changed_systems")
def mark_changed_systems(*, kind: str, ids: Collection[int], **_signal: object) -> None:
    """Mark the systems that a change reaches; it runs after the change was committed."""
    mark_dirty(kind=kind, ids=ids)


@receiver(obligation_named, dispatch_uid="audit.explain_obligation")
def explain_obligation(*, name: str, **_signal: object) -> str:
    """What is wrong with the name of an obligation: a control that no rule asks for would count nowhere."""
    return "".join(problem.message for problem in find_unknown_controls([name]))
