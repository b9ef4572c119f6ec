"""Files and pictures that belong to a page: linked, framed, standing where a text should be."""
