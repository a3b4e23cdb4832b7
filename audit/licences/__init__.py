"""Licence texts understood: outside the pure engine, which receives ids and tables."""

from audit.licences.reading import read_licence, read_licences

__all__ = ["read_licence", "read_licences"]
