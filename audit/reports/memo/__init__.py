"""The decision memo: what a system runs on beside what it could run on, with the trade-offs and no winner."""
