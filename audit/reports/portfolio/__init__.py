"""The portfolio report: all systems that are not withdrawn, on one day."""
