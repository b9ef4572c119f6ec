"""Untrusted files are read in worker processes: one that breaks its reader costs itself alone."""
