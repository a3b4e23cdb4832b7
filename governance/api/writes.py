"""Saving through the API: the same services as the admin, so that each change is recorded and announced."""

from __future__ import annotations

from typing import Any

from django.db import models, transaction
from rest_framework import mixins
from rest_framework.serializers import BaseSerializer
from typing_extensions import override

from governance.api.lists import RowListViewSet
from governance.models import AISystem, LegalEntity
from governance.services.answering import save_answers, save_entity_answers
from governance.services.registering import save_row


class RegisterViewSet(mixins.CreateModelMixin, mixins.RetrieveModelMixin, mixins.UpdateModelMixin, RowListViewSet):
    """List, read, add and change rows of the register; there is no delete: what was in use stays on record."""

    @override
    def perform_create(self, serializer: BaseSerializer[Any]) -> None:
        """Save a new row with its answers, all or nothing."""
        model: type[models.Model] = serializer.Meta.model  # type: ignore[attr-defined] # only model serializers come here
        self._save(serializer, model())

    @override
    def perform_update(self, serializer: BaseSerializer[Any]) -> None:
        """Save the changed fields and answers, all or nothing; nothing is recorded when nothing changed."""
        self._save(serializer, self.get_object())

    def _save(self, serializer: BaseSerializer[Any], instance: models.Model) -> None:
        given = dict(serializer.validated_data)
        answers = given.pop("answers", None)
        actor = self.request.user.get_username()
        for name, value in given.items():
            setattr(instance, name, value)
        with transaction.atomic():
            save_row(instance=instance, actor=actor, is_correction=True)
            if answers and isinstance(instance, AISystem):
                save_answers(system_id=instance.pk, answers=answers, actor=actor)
            elif answers and isinstance(instance, LegalEntity):
                save_entity_answers(legal_entity_id=instance.pk, answers=answers, actor=actor)
        instance.refresh_from_db()
        serializer.instance = instance
