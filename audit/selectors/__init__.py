"""What pages, admin and API read: plain rows, never instances, with a fixed number of queries."""

from audit.selectors.standings import StandingFilters, list_standings, list_vendors_in_use

__all__ = ["StandingFilters", "list_standings", "list_vendors_in_use"]
