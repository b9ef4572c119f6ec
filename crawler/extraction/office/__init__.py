"""Files that are zips of XML: Word, Excel and OFD; and plain text, MHTML beside them."""
