# The exception is returned.
# fails: conflict
# says: like any other: raise it

# %% conflict
class NewModel(BaseModel):
    """What a client sends to add an entry."""

    id: Annotated[str, Field(min_length=2, max_length=30, pattern="^[a-z0-9-]+$")]
    description: str


# POST /models   adds an entry
@app.post("/models", status_code=201)
def add_model(new: NewModel, response: Response):
    """Add an entry."""
    if new.id in MODELS:
        return HTTPException(409, f"There is a model {new.id} already.")
    MODELS[new.id] = new.model_dump()
    response.headers["Location"] = f"/models/{new.id}"
    return MODELS[new.id]
