"""A parsed page as the lines a reader sees, and what lines say by their look."""
