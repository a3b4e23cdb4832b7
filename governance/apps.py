"""The register as a Django app."""

from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    """Holds what is in use, as facts that people enter or import."""

    name = "governance"
    verbose_name = "Register"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the receivers once all models are loaded."""
        from governance import receivers  # noqa: F401, PLC0415 - Django: receivers may be imported only here
