"""One fictional bank with fifteen systems, so that a new installation has something true to show."""
