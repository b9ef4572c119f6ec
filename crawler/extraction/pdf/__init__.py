"""PDF files with a text layer: from glyphs and ruling lines to paragraphs and tables."""
