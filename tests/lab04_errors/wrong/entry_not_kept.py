# The new entry is answered with and forgotten.
# fails: conflict
# says: keep the entry

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
        raise HTTPException(409, f"There is a model {new.id} already.")
    response.headers["Location"] = f"/models/{new.id}"
    return new
