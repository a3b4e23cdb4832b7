"""The whole portfolio as of another day, past or to come: beside the truth, and never mixed with it."""
