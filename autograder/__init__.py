"""The instructor's side: checks, the judge, grading and reports. Run it with `python -m autograder`."""
