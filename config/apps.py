"""The configuration as a Django app, so that every process has the Celery application and the checks."""

from django.apps import AppConfig

from config.celery import app as celery_app

__all__ = ["OpenbookConfig", "celery_app"]


class OpenbookConfig(AppConfig):
    """Brings the management commands that install and run Openbook."""

    name = "config"
    verbose_name = "Configuration"
