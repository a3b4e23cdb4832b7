"""The sections of the system audit report: for each a frozen view and the function that builds it from the records."""
