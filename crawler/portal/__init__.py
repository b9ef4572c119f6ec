"""What the spiders of all portals share: what a page is, what is followed, the walk that needs no
columns."""
