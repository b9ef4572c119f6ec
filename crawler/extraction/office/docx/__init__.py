"""Word documents: WordprocessingML to paragraphs and tables as Word prints them."""
