"""The judgement as a Django app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Says what the facts of the register mean on a given day."""

    name = "audit"
    verbose_name = "Judgement"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the receivers once all models are loaded."""
        from audit import receivers  # noqa: F401, PLC0415 - Django: receivers may be imported only here
