"""The change report: what moved between two days, by cause: fact, law or method."""
