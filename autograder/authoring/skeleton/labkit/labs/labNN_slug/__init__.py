"""labNN_slug: its picture."""
