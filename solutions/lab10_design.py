"""Lab 10: Resources, versions, other origins."""

# %% setup
import os
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Literal
from uuid import uuid4

import joblib
from fastapi import Depends, FastAPI, Header, HTTPException, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat
from sqlalchemy import JSON, create_engine, func, inspect, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.orm.exc import StaleDataError

DATA = Path(__file__).resolve().parent.parent / "data"
DATABASE_URL = os.environ.get("DATABASE_URL", f"sqlite:///{DATA / 'lab10_design.db'}")
MODEL_PATH = Path(os.environ.get("MODEL_PATH", DATA / "iris.joblib"))
ALLOWED_ORIGINS = os.environ.get("ALLOWED_ORIGINS", "http://localhost:3000")
ORIGINS = ALLOWED_ORIGINS.split(",")
END_OF_V1 = {
    "Deprecation": "@1767225600",  # 1 January 2026
    "Sunset": "Thu, 01 Jul 2027 00:00:00 GMT",
    "Link": '</v2/predict>; rel="successor-version"',
}

# The database: tables, and a session for each request.
WAIT = {"timeout": 30} if DATABASE_URL.startswith("sqlite") else {}  # seconds for which SQLite waits for a lock
engine = create_engine(DATABASE_URL, connect_args=WAIT)


class Base(DeclarativeBase):
    """What the tables have in common."""


class ModelRow(Base):
    """A model in the registry."""

    __tablename__ = "models"
    id: Mapped[str] = mapped_column(primary_key=True)
    description: Mapped[str]
    accuracy: Mapped[float | None]
    stage: Mapped[str]

    def entry(self):
        """Return what clients see of it."""
        return {"id": self.id, "description": self.description, "accuracy": self.accuracy, "stage": self.stage}


class DeploymentRow(Base):
    """Which model is deployed. There is one row, and each change gives it another revision."""

    __tablename__ = "deployment"
    id: Mapped[int] = mapped_column(primary_key=True)
    model: Mapped[str]
    threshold: Mapped[float]
    revision: Mapped[str] = mapped_column()
    __mapper_args__ = {"version_id_col": revision, "version_id_generator": lambda _: uuid4().hex}


class PredictionRow(Base):
    """A prediction that was made. No two rows have the same key; many may have none."""

    __tablename__ = "predictions"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str | None] = mapped_column(unique=True)
    request: Mapped[dict | None] = mapped_column(JSON)
    answer: Mapped[dict | None] = mapped_column(JSON)


def get_session():
    """Open a session for a request, and close it afterwards. What was not committed by then is lost."""
    with Session(engine, expire_on_commit=False) as session:
        yield session


SessionDep = Annotated[Session, Depends(get_session)]


@asynccontextmanager
async def lifespan(app: FastAPI):
    """Make the tables if there are none, and load the model."""
    new = not inspect(engine).has_table("models")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        if new:
            session.add(ModelRow(id="iris", description="Names an iris flower.", accuracy=0.96, stage="live"))
            session.add(ModelRow(id="digits", description="Reads a digit.", accuracy=None, stage="draft"))
            session.add(DeploymentRow(id=1, model="iris", threshold=0.5))
        session.commit()
    app.state.saved = joblib.load(MODEL_PATH)
    yield
    engine.dispose()


app = FastAPI(docs_url=None, redoc_url=None, lifespan=lifespan)


@app.exception_handler(RequestValidationError)
def refuse(request: Request, problem: RequestValidationError):
    """Say what is wrong and where, without repeating what was sent."""
    errors = [{key: error[key] for key in ("type", "loc", "msg")} for error in problem.errors()]
    return JSONResponse({"detail": errors}, 422)


# What clients send.
ID = Annotated[str, Field(pattern="^[a-z0-9-]{2,30}$")]
Description = Annotated[str, Field(min_length=1, max_length=200)]


class ModelFields(BaseModel):
    """What there is to say of a model."""

    model_config = ConfigDict(extra="forbid")
    description: Description
    accuracy: Annotated[FiniteFloat, Field(ge=0, le=1)] | None = None
    stage: Literal["draft", "live"] = "draft"


class NewModel(ModelFields):
    """The same, and the model's id."""

    id: ID


class Deployment(BaseModel):
    """Which model answers, and how sure it has to be."""

    model: ID
    threshold: Annotated[FiniteFloat, Field(ge=0, le=1)]


class Flower(BaseModel):
    """Four measurements, in centimetres."""

    features: Annotated[list[FiniteFloat], Field(min_length=4, max_length=4)]


def classify(flower):
    """Ask the model once."""
    saved = app.state.saved
    (row,) = saved["model"].predict_proba([flower.features])
    number = int(row.argmax())
    answer = {"class": number, "label": saved["classes"][number], "confidence": float(row[number])}
    return {**answer, "model_version": saved["version"]}


@app.get("/fragile", tags=["trial"])
def fragile(divide_by: int):
    """Divide one by a number. Nobody has thought of zero."""
    return {"result": 1 / divide_by}


# %% resources
# POST /models           adds a model, says in Location where it is; 409 where the id is taken
# GET /models            a page of the models, and how many there are in all
# GET /models/{id}       one of them, or 404
# DELETE /models/{id}    takes it away: 204, or 404
# BEGIN SOLUTION
def found(session, model_id):
    """Return the row of a model, or answer that there is none."""
    row = session.get(ModelRow, model_id)
    if row is None:
        raise HTTPException(404, f"There is no model {model_id}.")
    return row


UNKNOWN = {404: {"description": "There is no such model."}}


@app.post("/models", status_code=201, tags=["models"], responses={409: {"description": "The id is taken."}})
def add_model(new: NewModel, session: SessionDep, response: Response):
    """Add a model under an id of its own."""
    row = ModelRow(**new.model_dump())
    session.add(row)
    try:
        session.commit()
    except IntegrityError:
        raise HTTPException(409, f"There is a model {new.id} already.") from None
    response.headers["Location"] = f"/models/{new.id}"
    return row.entry()


@app.get("/models", tags=["models"])
def list_models(
    session: SessionDep,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    offset: Annotated[int, Query(ge=0, le=2**63 - 1)] = 0,
):
    """List the models, a page at a time."""
    rows = session.scalars(select(ModelRow).order_by(ModelRow.id).limit(limit).offset(offset))
    total = session.scalar(select(func.count()).select_from(ModelRow))
    return {"items": [row.entry() for row in rows], "total": total}


@app.get("/models/{model_id}", tags=["models"], responses=UNKNOWN)
def read_model(model_id: str, session: SessionDep):
    """Return one model."""
    return found(session, model_id).entry()


@app.delete("/models/{model_id}", status_code=204, tags=["models"], responses=UNKNOWN)
def delete_model(model_id: str, session: SessionDep):
    """Take a model out of the registry."""
    session.delete(found(session, model_id))
    session.commit()


# END SOLUTION


# %% replace
# PUT /models/{id}      all of a model: 201 if it is new, 200 if it takes the place of another
# PATCH /models/{id}    a part of it
# BEGIN SOLUTION
class Change(ModelFields):
    """What may be changed of a model: nothing has to be sent."""

    description: Description = ""


@app.put("/models/{model_id}", tags=["models"], responses={201: {"description": "It is new."}})
def put_model(model_id: ID, fields: ModelFields, session: SessionDep, response: Response):
    """Let this be the model of this id, whether there was one or not."""
    row = ModelRow(id=model_id, **fields.model_dump())
    session.add(row)
    try:
        session.commit()
        response.status_code = 201
    except IntegrityError:  # there is one already
        session.rollback()
        row = session.merge(row)
        session.commit()
    return row.entry()


@app.patch("/models/{model_id}", tags=["models"], responses={404: {"description": "There is no such model."}})
def change_model(model_id: str, change: Change, session: SessionDep):
    """Change what was sent, and nothing else."""
    row = session.get(ModelRow, model_id)
    if row is None:
        raise HTTPException(404, f"There is no model {model_id}.")
    for name, value in change.model_dump(exclude_unset=True).items():
        setattr(row, name, value)
    session.commit()
    return row.entry()


# END SOLUTION


# %% etag
# GET /deployment    with its ETag, or 304
# PUT /deployment    with If-Match; 428, 412 or the new document
# BEGIN SOLUTION
def etag(row):
    """Return the name of what the document says at the moment."""
    return f'"{row.revision}"'


@app.get("/deployment", tags=["deployment"])
def read_deployment(session: SessionDep, response: Response, if_none_match: Annotated[str | None, Header()] = None):
    """Return what is deployed, unless the client has it already."""
    row = session.get(DeploymentRow, 1)
    if if_none_match == etag(row):
        return Response(status_code=304, headers={"ETag": etag(row)})
    response.headers["ETag"] = etag(row)
    return {"model": row.model, "threshold": row.threshold}


CONDITIONS = {412: {"description": "It has changed meanwhile."}, 428: {"description": "If-Match is missing."}}


@app.put("/deployment", tags=["deployment"], responses=CONDITIONS)
def put_deployment(new: Deployment, session: SessionDep, if_match: Annotated[str | None, Header()] = None):
    """Deploy something else, if nobody else has done so since it was read."""
    if if_match is None:
        raise HTTPException(428, "Read the deployment first, and send its ETag as If-Match.")
    row = session.get(DeploymentRow, 1)
    changed = HTTPException(412, "The deployment has changed meanwhile: read it again.")
    if if_match != etag(row):
        raise changed
    row.model, row.threshold = new.model, new.threshold
    try:
        session.commit()
    except StaleDataError:
        raise changed from None
    return new


# END SOLUTION

# %% idempotency
# POST /predictions    once for each Idempotency-Key
# BEGIN SOLUTION
Key = Annotated[str | None, Header(min_length=1, max_length=64)]


@app.post("/predictions", status_code=201, tags=["predictions"])
def add_prediction(flower: Flower, session: SessionDep, idempotency_key: Key = None):
    """Make a prediction, and keep it; once for each key."""
    row = PredictionRow(key=idempotency_key, request=flower.model_dump())
    session.add(row)
    try:
        session.flush()  # from here on the key is taken, and whoever sends it as well waits here
    except IntegrityError:
        session.rollback()
        return first_answer(session, idempotency_key, flower)
    row.answer = {"id": row.id, **classify(flower)}
    session.commit()
    return row.answer


def first_answer(session, key, flower):
    """Return what was answered when this key came for the first time."""
    row = session.scalars(select(PredictionRow).where(PredictionRow.key == key)).one()
    if row.request != flower.model_dump():
        raise HTTPException(422, "This Idempotency-Key was sent with another body.")
    return row.answer


# END SOLUTION


# %% versions
# POST /v1/predict    the class, and when this version ends
# POST /v2/predict    label, confidence and model_version
# POST /predict       the one or the other, as API-Version says
# BEGIN SOLUTION
@app.post("/v1/predict", tags=["predictions"], deprecated=True)
def predict_v1(flower: Flower, response: Response):
    """Answer with the number of the class."""
    response.headers.update(END_OF_V1)
    return {"class": classify(flower)["class"]}


@app.post("/v2/predict", tags=["predictions"])
def predict_v2(flower: Flower):
    """Answer with the name of the class, and how sure the model is."""
    answer = classify(flower)
    return {name: answer[name] for name in ("label", "confidence", "model_version")}


@app.post("/predict", tags=["predictions"], responses={400: {"description": "There is no such version."}})
def predict(flower: Flower, response: Response, api_version: Annotated[str, Header()] = "1"):
    """Answer as the version does that the header asks for."""
    if api_version not in ("1", "2"):
        raise HTTPException(400, "API-Version is 1 or 2.")
    response.headers["Vary"] = "API-Version"
    return predict_v1(flower, response) if api_version == "1" else predict_v2(flower)


# END SOLUTION

# %% cors
import logging

from fastapi.middleware.cors import CORSMiddleware


# an answer to what nobody has caught, and then CORSMiddleware around it
# BEGIN SOLUTION
@app.middleware("http")
async def answer_500(request, call_next):
    """Answer, and log, what nobody has caught."""
    try:
        return await call_next(request)
    except Exception:
        logging.exception("%s %s has failed", request.method, request.url.path)
        return JSONResponse({"detail": "Something went wrong here."}, 500)


app.add_middleware(
    CORSMiddleware,
    allow_origins=ORIGINS,
    allow_credentials=True,
    allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
    allow_headers=["Content-Type", "If-Match", "If-None-Match", "Idempotency-Key", "API-Version"],
    expose_headers=["ETag", "Location"],
)


# END SOLUTION

# %% documentation
from fastapi.openapi.docs import get_swagger_ui_html

# title, version, description and tags of the app; GET /documentation
# BEGIN SOLUTION
app.title = "Model registry"
app.version = "2.0.0"
app.description = "Models, which of them is deployed, and what they say of a flower."
app.openapi_tags = [
    {"name": "models", "description": "The registry."},
    {"name": "deployment", "description": "The model that answers."},
    {"name": "predictions", "description": "Ask the model."},
    {"name": "trial", "description": "Something that can fail, to try what then happens."},
]


@app.get("/documentation", include_in_schema=False)
def documentation():
    """Show the operations, and let them be tried."""
    return get_swagger_ui_html(openapi_url="openapi.json", title=app.title)


# END SOLUTION
