"""The configuration as a Django app, so that every process has the Celery application, the checks and a schedule."""

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate

from config.celery import app as celery_app

__all__ = ["OpenbookConfig", "celery_app"]


class OpenbookConfig(AppConfig):
    """Brings the management commands that install and run Openbook."""

    name = "config"
    verbose_name = "Configuration"

    def ready(self) -> None:
        """Put the schedule into the database once its tables are there."""
        from config import checks  # noqa: F401, PLC0415 - Django: checks register themselves once settings are there
        from config.schedule import install_schedule  # noqa: PLC0415 - Django: models may be imported only here

        post_migrate.connect(
            install_schedule,
            sender=apps.get_app_config("django_celery_beat"),
            dispatch_uid="config.install_schedule",
        )
