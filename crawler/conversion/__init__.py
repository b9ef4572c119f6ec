"""What engines make of files that `read` takes no text from: made once, kept in the WARC."""
