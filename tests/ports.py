"""A port for a server that a test starts, ends and starts again: nobody else gets it by chance meanwhile."""

from __future__ import annotations

import random
import socket
from contextlib import suppress
from pathlib import Path
from typing import Final

_FIRST: Final = 10_000
_RANGE: Final = Path("/proc/sys/net/ipv4/ip_local_port_range")


def find_free_port() -> int:
    """A free port of this machine that the kernel gives to nobody who asks for any, as each connection does."""
    chooser = random.SystemRandom()
    for _ in range(1000):
        port = chooser.randrange(_FIRST, _find_first_given())
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("no free port found")


def _find_first_given() -> int:
    """The first of the ports that the kernel gives by itself."""
    first = int(_RANGE.read_text().split()[0]) if _RANGE.exists() else 32_768
    return first if first > _FIRST else 2**16
