# A router for each resource, with its tag, and the versions in a table.
# second: versions

# %% resources
from fastapi import APIRouter, status

registry = APIRouter(prefix="/models", tags=["registry"])
NOT_FOUND = {status.HTTP_404_NOT_FOUND: {"description": "Nobody has this id."}}


def one(id: str, session: SessionDep) -> ModelRow:
    """Return the row that the path names."""
    if row := session.get(ModelRow, id):
        return row
    raise HTTPException(status.HTTP_404_NOT_FOUND, f"There is no {id}.")


One = Annotated[ModelRow, Depends(one)]


@registry.post("", status_code=status.HTTP_201_CREATED, responses={409: {"description": "Taken."}})
def add(new: NewModel, session: SessionDep, response: Response, request: Request):
    session.add(ModelRow(**new.model_dump()))
    try:
        session.flush()
    except IntegrityError as problem:
        raise HTTPException(status.HTTP_409_CONFLICT, f"{new.id} is taken.") from problem
    session.commit()
    response.headers["Location"] = str(request.url_for("show", id=new.id))
    return new


class Page(BaseModel):
    limit: int = Field(20, ge=1, le=100)
    offset: int = Field(0, ge=0)


@registry.get("")
def show_all(page: Annotated[Page, Query()], session: SessionDep):
    ordered = select(ModelRow).order_by(ModelRow.id)
    count = session.query(ModelRow).count()
    rows = session.execute(ordered.slice(page.offset, page.offset + page.limit)).scalars()
    return {"items": [row.entry() for row in rows], "total": count}


@registry.get("/{id}", responses=NOT_FOUND)
def show(row: One):
    return row.entry()


@registry.delete("/{id}", responses=NOT_FOUND, status_code=status.HTTP_204_NO_CONTENT)
def drop(row: One, session: SessionDep):
    session.delete(row)
    session.commit()


app.include_router(registry)

# %% replace
more = APIRouter(prefix="/models/{id}", tags=["registry"])
UNSENT = object()


class Part(BaseModel):
    """A field that was not sent is an object of its own."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)
    description: Description = UNSENT
    accuracy: Annotated[FiniteFloat, Field(ge=0, le=1)] | None = UNSENT
    stage: Literal["draft", "live"] = UNSENT


@more.put("", responses={201: {"description": "New."}})
def put(id: ID, fields: ModelFields, session: SessionDep, response: Response):
    count = session.query(ModelRow).filter(ModelRow.id == id).update(fields.model_dump())
    if count == 0:
        session.add(ModelRow(id=id, **fields.model_dump()))
        response.status_code = 201
    session.commit()
    return {"id": id, **fields.model_dump()}


@more.patch("", responses={404: {"description": "Nobody has this id."}})
def patch(id: str, part: Part, session: SessionDep):
    row = session.get(ModelRow, id)
    if row is None:
        raise HTTPException(404, f"There is no {id}.")
    for name in ("description", "accuracy", "stage"):
        if (value := getattr(part, name)) is not UNSENT:
            setattr(row, name, value)
    session.commit()
    return row.entry()


app.include_router(more)

# %% versions
def first(flower, response):
    """Answer as version 1 does."""
    for name, value in END_OF_V1.items():
        response.headers[name] = value
    return {"class": classify(flower)["class"]}


def second(flower, response):
    """Answer as version 2 does."""
    answer = classify(flower)
    del answer["class"]
    return answer


VERSIONS = {"1": first, "2": second}


@app.post("/v1/predict", deprecated=True, tags=["predictions"])
def predict_v1(flower: Flower, response: Response):
    """Name the class."""
    return first(flower, response)


@app.post("/v2/predict", tags=["predictions"])
def predict_v2(flower: Flower, response: Response):
    """Name the label."""
    return second(flower, response)


def chosen(response: Response, api_version: Annotated[str, Header()] = "1"):
    """Return what the header asks for."""
    if api_version not in VERSIONS:
        raise HTTPException(400, f"API-Version is one of {', '.join(VERSIONS)}.")
    response.headers["Vary"] = "API-Version"
    return VERSIONS[api_version]


@app.post("/predict", tags=["predictions"], responses={400: {"description": "No such version."}})
def predict(flower: Flower, answer: Annotated[object, Depends(chosen)], response: Response):
    """Answer as the header asks."""
    return answer(flower, response)


# %% documentation
app.docs_url = "/documentation"
app.openapi_url = None
app.openapi_url = "/openapi.json"
app.title, app.version, app.description = "Model registry", "2.0.0", "Everything about models."
names = {"registry": "Models by id.", "deployment": "Which one answers.", "predictions": "Ask.", "trial": "Break."}
app.openapi_tags = [{"name": name, "description": words} for name, words in names.items()]


@app.get(app.docs_url, include_in_schema=False)
async def page(request: Request):
    from fastapi.openapi.docs import get_swagger_ui_html

    return get_swagger_ui_html(openapi_url=request.scope.get("root_path", "") + "/openapi.json", title="Registry")
