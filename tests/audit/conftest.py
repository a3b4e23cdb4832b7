"""What tests of the judgement share: a broker that only notes what it was given."""

from __future__ import annotations

from typing import Any

import pytest

from audit.services.tagging import forget_tags


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """The messages that were sent, in order, instead of a broker; 0 stands for a message without an id."""
    messages: list[tuple[str, int]] = []

    def note(task: str, args: list[int], **_options: Any) -> None:
        messages.extend((task, row_id) for row_id in args or [0])

    monkeypatch.setattr("audit.services.sending.current_app.send_task", note)
    return messages


@pytest.fixture(autouse=True)
def _forgotten_tags() -> None:
    """Each test begins as a process that has seen no database: what another test stored there is gone again."""
    forget_tags()
