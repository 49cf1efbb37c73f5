"""The visible checks of lab10_design: a student sees each sentence, and what a failing check saw.

Each server has a database of its own, which is new when it starts, and a model whose answers nobody can guess.
"""

from __future__ import annotations

import pytest

from labkit.checks.api import Api, exercise
from labkit.checks.predictions import Known
from labkit.checks.running import Running, Start, running
from labkit.labs.lab10_design import deployment, documents, keys, origins, registry, replacing, versions
from labkit.labs.lab10_design.keys import Predictions
from labkit.labs.lab10_design.models import Moody
from labkit.labs.lab10_design.setups import setup
from labkit.labs.lab10_design.versions import Versions

LONGEST = 60.0  # races wait for each other, and a module is started again
MODEL = Moody(3, seed=1010)
KNOWN = Known(MODEL, ["ant", "bee", "fly"], "10.1.0")
ORIGINS = ("https://app.example", "http://lab.example:8080")
DATABASE = "registry.db"
SERVER = setup(KNOWN, ",".join(ORIGINS), DATABASE)
KEPT = setup(KNOWN, ORIGINS[0], "kept.db")
PREDICTIONS = Predictions(KNOWN, MODEL)
VERSIONS = Versions(KNOWN)
ROW = MODEL.row(5.25)


@pytest.fixture
def server(start: Start) -> Running:
    """The server that `api` asks, with what its model has told."""
    return running(start, SERVER)


@pytest.fixture
def kept(start: Start) -> Running:
    """A server that is started again on the same database."""
    return running(start, KEPT)


@exercise("resources")
def test_created(api: Api) -> None:
    """POST /models answers 201 with the entry, and says in Location where it is."""
    registry.created(api, description="Names a bird.", accuracy=0.875, stage="live")
    registry.created(api)


@exercise("resources")
def test_taken(api: Api) -> None:
    """An id that is taken is a 409 that names it, and nothing changes."""
    registry.taken(api, description="The first one.", accuracy=0.5)


@exercise("resources")
def test_one_of_several(server: Running) -> None:
    """Of several requests with one id at the same time one gets 201, all others 409."""
    registry.race(server, DATABASE)


@exercise("resources")
def test_pages(api: Api) -> None:
    """GET /models answers with a page, sorted by id, and with the total of the whole collection."""
    models = registry.whole(api, registry.MORE_THAN_A_PAGE)
    for limit, offset in ((None, None), (2, 0), (2, 1), (1, len(models) - 1), (100, 3), (5, len(models) + 2)):
        registry.page(api, models, limit, offset)


@exercise("resources")
def test_bounds_of_a_page(api: Api) -> None:
    """A limit below 1 or above 100, and an offset below 0, are refused."""
    for query, name in (("limit=0", "limit"), ("limit=101", "limit"), ("limit=NaN", "limit"), ("offset=-1", "offset")):
        api.get(f"{registry.MODELS}?{query}").refuse(name)


@exercise("resources")
def test_unknown(api: Api) -> None:
    """A model that is not there is a 404 that names it, for GET and for DELETE."""
    registry.gone(api, registry.unknown())


@exercise("resources")
def test_deleted(api: Api) -> None:
    """DELETE answers 204 without a body, and from then on the model is not there."""
    model = registry.add(api)
    registry.deleted(api, model["id"])
    registry.gone(api, model["id"])


@exercise("resources")
def test_bad_models(api: Api) -> None:
    """Bad and unknown fields are refused by name, an id of another form as well."""
    registry.refused(api, "POST", registry.MODELS, f'"id": "{registry.unknown()}", ')
    for id_ in ("x", "Ada", "a_b", "a" * 31):
        api.post(registry.MODELS, json={"id": id_, "description": "Fine."}).refuse("id")


@exercise("resources")
def test_restarted(kept: Running) -> None:
    """After a restart what was added is there, and what was deleted is not."""
    registry.outlives(kept)


@exercise("replace")
def test_put(api: Api) -> None:
    """PUT /models/{id} answers 201 with the entry where there was none, and 200 where there was one."""
    replacing.put(api, registry.unknown(), 201, description="New.", accuracy=0.5, stage="live")
    replacing.put(api, "iris", 200, description="Names an iris.", accuracy=0.75, stage="draft")


@exercise("replace")
def test_put_again(api: Api) -> None:
    """The same PUT again changes nothing; PATCH with {} shows it."""
    replacing.new_then_there(api, description="Twice.", accuracy=0.25)


@exercise("replace")
def test_put_gives_defaults(api: Api) -> None:
    """A field that a PUT leaves out gets its default."""
    replacing.defaults(api)


@exercise("replace")
def test_put_of_another_id(api: Api) -> None:
    """A PUT to an id of another form is refused."""
    for id_ in ("Ada", "a_b", "x", "a" * 31):
        api.request("PUT", registry.path(id_), json={"description": "Fine."}).expect(422)


@exercise("replace")
def test_patch(api: Api) -> None:
    """PATCH changes what is sent, and nothing else; {} changes nothing."""
    replacing.only_what_is_sent(api)


@exercise("replace")
def test_patch_with_null(api: Api) -> None:
    """The accuracy is taken away by null."""
    replacing.cleared(api)


@exercise("replace")
def test_patch_of_nobody(api: Api) -> None:
    """A PATCH of a model that is not there is a 404 that names it."""
    id_ = registry.unknown()
    api.request("PATCH", registry.path(id_), json={"stage": "live"}).refuse(id_, status=404)


@exercise("replace")
def test_bad_replacements(api: Api) -> None:
    """Bad and unknown fields, id and null for the others among them, are refused by PUT and by PATCH."""
    for method in ("PUT", "PATCH"):
        replacing.nothing_changed(api, method)


@exercise("etag")
def test_deployment(api: Api) -> None:
    """GET /deployment answers with the document and an ETag in quotation marks, the same as long as nothing changes."""
    deployment.the_same(api)


@exercise("etag")
def test_not_modified(api: Api) -> None:
    """With If-None-Match and that ETag it is a 304 without a body, with another one a 200."""
    deployment.not_modified(api)


@exercise("etag")
def test_replaced(api: Api) -> None:
    """PUT with the ETag as If-Match answers with the new document, and the next GET has another ETag."""
    deployment.replaced(api)


@exercise("etag")
def test_stale(api: Api) -> None:
    """Any other ETag is a 412, and nothing changes."""
    deployment.stale(api)


@exercise("etag")
def test_without_if_match(api: Api) -> None:
    """A PUT without If-Match is a 428, and nothing changes."""
    deployment.missing(api)


@exercise("etag")
def test_bad_deployments(api: Api) -> None:
    """A bad body is refused by name, and nothing changes."""
    deployment.refused(api)


@exercise("etag")
def test_one_of_several_updates(server: Running) -> None:
    """Of several at the same time with one ETag exactly one gets 200, all others 412."""
    deployment.race(server, DATABASE)


@exercise("idempotency")
def test_prediction(server: Running) -> None:
    """POST /predictions answers 201 with the model's answer, and with another id each time."""
    PREDICTIONS.another_id(server)


@exercise("idempotency")
def test_same_key(server: Running) -> None:
    """The same Idempotency-Key and body again get the first answer, and the model is not called."""
    PREDICTIONS.once(server, 2.75)
    PREDICTIONS.once(server, 3.75, "k" * 64)


@exercise("idempotency")
def test_other_keys(server: Running) -> None:
    """Another key is another prediction, also for the same body."""
    PREDICTIONS.other_keys(server, ["first-key", "second-key"])


@exercise("idempotency")
def test_other_body(server: Running) -> None:
    """The same key with other features is a 422."""
    PREDICTIONS.other_row(server)


@exercise("idempotency")
def test_several_with_one_key(server: Running) -> None:
    """Of several at the same time with one key one asks the model; each gets the first answer, or 409."""
    PREDICTIONS.race(server)


@exercise("idempotency")
def test_failures_leave_the_key(server: Running) -> None:
    """A request that has failed, with 422 or 500, leaves its key free."""
    PREDICTIONS.refusal_is_free(server)
    PREDICTIONS.failure_is_free(server, 1)


@exercise("idempotency")
def test_keys_after_a_restart(kept: Running) -> None:
    """After a restart a key still gets its first answer."""
    PREDICTIONS.outlives(kept)


@exercise("idempotency")
def test_bad_rows(server: Running) -> None:
    """Anything but four finite numbers is refused."""
    keys.refused(server)


@exercise("versions")
def test_version_1(api: Api) -> None:
    """POST /v1/predict answers with the class, and with three headers that say when it ends."""
    VERSIONS.first(VERSIONS.ask(api, versions.V1, ROW), ROW)


@exercise("versions")
def test_version_2(api: Api) -> None:
    """POST /v2/predict answers with label, confidence and model_version, without those headers."""
    VERSIONS.second(VERSIONS.ask(api, versions.V2, ROW), ROW)


@exercise("versions")
def test_version_by_header(api: Api) -> None:
    """POST /predict answers as API-Version says, and as version 1 where it says nothing."""
    VERSIONS.by_header(api, ROW)


@exercise("versions")
def test_other_versions(api: Api) -> None:
    """Any other API-Version is a 400 that names 1 and 2."""
    VERSIONS.other_values(api, ("3", "v2", "latest"), ROW)


@exercise("versions")
def test_vary(api: Api) -> None:
    """Vary of POST /predict names API-Version."""
    VERSIONS.varies(api, ROW)


@exercise("versions")
def test_calls_of_the_model(server: Running) -> None:
    """Each request asks the model once, one that is refused not at all."""
    VERSIONS.calls(server, ROW)


@exercise("versions")
def test_deprecated(api: Api) -> None:
    """The OpenAPI document marks version 1 as deprecated."""
    versions.marked(api)


@exercise("versions")
def test_bad_flowers(api: Api) -> None:
    """Anything but four finite numbers is refused, on each path."""
    versions.refused(api)


@exercise("cors")
def test_readable(api: Api) -> None:
    """A page of an allowed origin may read every answer: 200, 404 and 422."""
    origins.readable(api, ORIGINS)


@exercise("cors")
def test_readable_failure(api: Api) -> None:
    """It may read a 500, which tells nothing of the exception."""
    origins.failure_is_readable(api, ORIGINS[0])


@exercise("cors")
def test_preflight(api: Api) -> None:
    """A preflight allows each method, and each header by name."""
    origins.asked_before(api, ORIGINS[1])


@exercise("cors")
def test_strangers(api: Api) -> None:
    """Any other origin gets no permission: another scheme, host or port, a part of one, or null."""
    others = ("https://evil.example", "http://app.example", "https://app.example:8443", "https://app.exampl", "null")
    origins.strangers(api, (*others, "https://app.example.evil.example", "http://lab.example"))


@exercise("documentation")
def test_title(api: Api) -> None:
    """The OpenAPI document says title, version and description."""
    documents.says(api, title="Model registry", version="2.0.0")


@exercise("documentation")
def test_tags(api: Api) -> None:
    """Each operation carries tags, and each of them is declared with a description."""
    documents.tagged(api)


@exercise("documentation")
def test_errors(api: Api) -> None:
    """The errors of the tables stand with their operations."""
    documents.errors(api)


@exercise("documentation")
def test_page(api: Api) -> None:
    """Swagger UI is at /documentation, and nothing at /docs."""
    documents.page(api)
