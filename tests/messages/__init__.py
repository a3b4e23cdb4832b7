"""The messages of the reports: collected from code, templates and data, and kept in step with the catalogues."""
