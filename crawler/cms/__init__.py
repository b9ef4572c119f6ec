"""How content-management systems write their pages: links, rows, pagers, articles, and the
families recognised by them. Pure."""
