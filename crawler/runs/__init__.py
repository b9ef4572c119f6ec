"""What a run did: its evidence, the verdict on it, the run file."""
