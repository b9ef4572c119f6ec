"""Scans: what an OCR engine saw on a page, as paragraphs and tables."""
