"""The page of components with the status word: how open each is."""

from __future__ import annotations

from django.contrib import admin

from governance.admin.components import ComponentAdmin
from governance.models import Component

admin.site.unregister(Component)


@admin.register(Component)
class JudgedComponentAdmin(ComponentAdmin):
    """Components with how open they are."""
