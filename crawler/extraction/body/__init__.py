"""Where a page has its text, and that text as paragraphs and tables."""
