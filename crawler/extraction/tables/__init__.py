"""Tables as logical grids: spans, phantom columns, forms cut in two by an editor."""
