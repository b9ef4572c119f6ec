"""Archives: their members within limits, and the one document that a reader would take out."""
