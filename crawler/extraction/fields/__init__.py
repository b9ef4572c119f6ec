"""What a page prints around its text: title, date, source, information block, breadcrumb."""
