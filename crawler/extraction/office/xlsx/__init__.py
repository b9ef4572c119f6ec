"""Excel workbooks: the cells of visible sheets as they are displayed, in tables and paragraphs."""
