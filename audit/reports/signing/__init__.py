"""The electronic signature of final reports: whose key it is, and how a file is signed with it."""
