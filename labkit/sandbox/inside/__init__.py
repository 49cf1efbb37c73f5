"""What runs inside a sandbox, beside the student's code: nothing comes back from here but what is told."""
