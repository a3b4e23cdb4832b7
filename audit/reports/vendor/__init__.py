"""The vendor report: everything that hangs on one group of companies, named by the company at its top."""
