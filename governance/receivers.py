"""What the register does by itself: after each migration the groups get their permissions."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.dispatch import receiver

from governance.services.groups import set_up_groups


@receiver(post_migrate, dispatch_uid="governance.groups")
def give_groups_their_permissions(sender: AppConfig, **_: object) -> None:
    """Set up the groups once this project's last app, the judgement, has its permissions."""
    if sender.label == "audit":
        set_up_groups()
