"""What stops the launch, with a message for the person in front of it."""

from __future__ import annotations


class LaunchError(Exception):
    """Openbook cannot start here; the message says what happened, where, and what would be right."""
