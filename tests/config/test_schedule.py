"""The schedule is put into the database once, and is the administrator's from then on."""

from __future__ import annotations

import pytest
from django.conf import settings
from django_celery_beat.models import CrontabSchedule, PeriodicTask

from config.schedule import SCHEDULE, install_schedule

pytestmark = pytest.mark.django_db


def test_migrating_installs_every_line() -> None:
    installed = dict(PeriodicTask.objects.values_list("name", "task"))
    assert {line.name: line.task for line in SCHEDULE}.items() <= installed.items()
    night = PeriodicTask.objects.get(name="Reassess what is due: night")
    assert (night.crontab.minute, night.crontab.hour, str(night.crontab.timezone)) == ("15", "0", "UTC")
    sweep = PeriodicTask.objects.get(name="Sweep work left lying")
    assert (sweep.interval.every, sweep.interval.period, sweep.expire_seconds) == (30, "seconds", 30)


def test_installing_again_keeps_what_was_edited_or_switched_off() -> None:
    before = PeriodicTask.objects.count()
    noon = CrontabSchedule.objects.create(minute="0", hour="12")
    PeriodicTask.objects.filter(name="Reassess what is due: night").update(crontab=noon, enabled=False)
    install_schedule()
    kept = PeriodicTask.objects.get(name="Reassess what is due: night")
    assert (kept.crontab_id, kept.enabled) == (noon.pk, False)
    assert PeriodicTask.objects.count() == before


def test_celery_itself_has_no_schedule_that_would_write_over_the_database() -> None:
    assert not getattr(settings, "CELERY_BEAT_SCHEDULE", None)
