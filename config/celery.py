"""The Celery application; its settings are those of Django that begin with CELERY_."""

from __future__ import annotations

import os

from celery import Celery
from celery.signals import setup_logging, task_postrun, task_prerun

from config.logs import bind_task, unbind_task

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("openbook")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def keep_logging(**_kwargs: object) -> None:
    """Leave logging as Django has configured it; that this receiver exists keeps Celery from replacing it."""


setup_logging.connect(keep_logging)
task_prerun.connect(bind_task, dispatch_uid="config.bind_task")
task_postrun.connect(unbind_task, dispatch_uid="config.unbind_task")
