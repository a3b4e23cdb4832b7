"""The settings for tests: those of the product, with nothing of this installation and a fast password hash."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

from tests.clock import choose_time_zone

# Before the product's settings are read: tests never touch var/ of the checkout, and no day ends while they run.
os.environ["OPENBOOK_VAR"] = tempfile.mkdtemp(prefix="openbook-tests-")
os.environ["OPENBOOK_TIME_ZONE"] = choose_time_zone()
atexit.register(shutil.rmtree, os.environ["OPENBOOK_VAR"], ignore_errors=True)

from config.settings import *  # noqa: E402, F403 - the variable above has to be set first; settings are taken over whole

SECRET_KEY = "for-tests-only-and-long-enough-that-nothing-warns-about-it-0123456789"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AXES_ENABLED = False  # tests of the lock-out switch it on
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}  # noqa: F405 - see above
if not REDIS_URL:  # noqa: F405 - see above
    CELERY_BROKER_URL = "memory://"  # a task that a test sends goes nowhere, unless the test runs a worker
