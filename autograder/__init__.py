"""The instructor's side: checks, the judge, grading and reports. Run it with `python -m autograder`."""

import sys

# As it is loaded, jsonschema builds a grammar of web addresses. That takes longer than judging a submission, every
# process here would pay for it, and no notebook's schema asks for it: without the module jsonschema leaves it out.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
