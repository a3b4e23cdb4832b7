"""The page of components with the status word: how open each is, by its dossier."""

from __future__ import annotations

from django.contrib import admin

from audit.snapshots.openness import judge_component
from audit.snapshots.rows import ArtefactRow, ComponentRow
from audit.templatetags.openbook import openness_word
from governance.admin.components import ComponentAdmin
from governance.models import Component

admin.site.unregister(Component)


@admin.register(Component)
class JudgedComponentAdmin(ComponentAdmin):
    """Components with how open they are."""

    def find_status_word(self, component: Component) -> str:
        """The status word; empty where nothing is entered that could be judged."""
        row = ComponentRow(*(getattr(component, name) for name in ComponentRow._fields))
        parts = [
            ArtefactRow(*(getattr(artefact, name) for name in ArtefactRow._fields))
            for artefact in component.artefacts.all()
        ]
        judged = judge_component(row, parts)
        return openness_word(judged.status.value) if judged else ""
