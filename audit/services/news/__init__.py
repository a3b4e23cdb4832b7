"""What moved and whom it is told: gathered after a run, put into digests, delivered once."""
