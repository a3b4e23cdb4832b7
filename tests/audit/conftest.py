"""What tests of the judgement share: a broker that only notes what it was given."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """The messages that were sent, in order, instead of a broker; 0 stands for a message without an id."""
    messages: list[tuple[str, int]] = []

    def note(task: str, args: list[int], **_options: Any) -> None:
        messages.extend((task, row_id) for row_id in args or [0])

    monkeypatch.setattr("audit.services.sending.current_app.send_task", note)
    return messages
