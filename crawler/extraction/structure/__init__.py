"""What a text says by its form: headings as a tree, tasks and who answers for them."""
