"""Verifies reports: a module that is also the stand-alone verifier, and what the service adds to it."""
