"""A portal nobody wrote a rule for becomes a spider of ten lines with frozen, reviewed pages.

In the order of use: `subject` (which portal), `answers` and `discover` (pages of it, from the net,
a WARC or saved files), `offline` (a spider's walk over them), `columns` (the lists that carry
reports, and their families), `source` (the spider's file), `freeze` (the pages its test needs),
`expected` (what is read from them, and who has looked at it), `place` (all of it, or nothing).
"""
