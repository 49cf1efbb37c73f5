"""What a student has in a notebook: a lab, its sections, verdicts, hints, progress."""
