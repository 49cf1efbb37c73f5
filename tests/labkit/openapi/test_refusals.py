"""What a refusal says is wrong is read, whatever else an answer says."""

import pytest

from labkit.openapi.refusals import faults


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (422, {"detail": [{"loc": ["body", "age", 0], "msg": "too old"}]}, ["body.age.0: too old"]),
        (422, {"detail": "it is invalid", "errors": [{"loc": "body.age", "msg": "too old"}]}, ["body.age: too old"]),
        (400, {"errors": [{"loc": ["query", "page"]}]}, ["query.page: refused"]),
        (200, {"errors": [{"loc": ["body"], "msg": "a log entry"}]}, []),
        (422, {"detail": [{"loc": []}, {"msg": "no place"}, "text", None], "errors": {"loc": "body"}}, []),
        (422, [{"loc": ["body"]}], []),
        (500, None, []),
    ],
)
def test_faults_are_read_from_refusals_alone(status, body, said):
    """FastAPI's `detail` and a problem document's `errors` are read; what has another shape or no place is not."""
    assert list(map(str, faults(status, body))) == said
