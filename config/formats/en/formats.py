"""Times by the 24-hour clock on every screen, as the pages and the reports write them."""

DATETIME_FORMAT = "j M Y, H:i"
TIME_FORMAT = "H:i"
