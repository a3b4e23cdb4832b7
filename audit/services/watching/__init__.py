"""Whether the service can do its work: heartbeats, readiness and figures, all read from the rows."""
