"""What pages, admin and API read: plain rows, never instances, with a fixed number of queries."""

from audit.selectors.findings import FindingFilters, list_findings, list_reports
from audit.selectors.headline import Headline, read_headline
from audit.selectors.outlook import Outlook, read_outlook
from audit.selectors.standings import StandingFilters, list_standings, list_vendors_in_use
from audit.selectors.system_page import SystemPage, get_system_page

__all__ = [
    "FindingFilters",
    "Headline",
    "Outlook",
    "StandingFilters",
    "SystemPage",
    "get_system_page",
    "list_findings",
    "list_reports",
    "list_standings",
    "list_vendors_in_use",
    "read_headline",
    "read_outlook",
]
