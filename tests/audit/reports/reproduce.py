"""Makes every kind of report and prints the hash of its bytes; run by a test in two processes.

It works on a database that is migrated (``DATABASE_URL``), and leaves nothing in it.
"""

from __future__ import annotations

import hashlib
import sys
from datetime import UTC, datetime
from itertools import cycle
from unittest.mock import patch

import django
from django.db import transaction


def main() -> None:
    """Print one line a report: kind, language, SHA-256. The languages take turns; each has several kinds."""
    django.setup()
    from audit.reports.render import render_pdf
    from tests.audit.reports.golden import CASES
    from tests.messages.catalogue import list_languages

    with patch("django.utils.timezone.now", return_value=datetime(2026, 11, 20, 9, 30, tzinfo=UTC)):
        for (kind, make), language in zip(CASES.items(), cycle(("en", *list_languages())), strict=False):
            with transaction.atomic():
                view = make(language)
                transaction.set_rollback(True)
            digest = hashlib.sha256(render_pdf(view)).hexdigest()
            sys.stdout.write(f"{kind} {language} {digest}\n")


if __name__ == "__main__":
    main()
