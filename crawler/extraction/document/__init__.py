"""A page and its parts become one Document: its text, name, kind, year and issuer."""
