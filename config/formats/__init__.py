"""How days and times are written, where a language of the pages departs from Django's own form."""
