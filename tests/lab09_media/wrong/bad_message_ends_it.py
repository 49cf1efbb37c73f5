# What a bad message raises ends the connection.
# fails: socket
# says: the connection stays open

# %% socket
class Question(BaseModel):
    """A picture to be classified, and a name for the answer."""

    id: int | str
    pixels: Annotated[list[Annotated[FiniteFloat, Field(ge=0, le=16)]], Field(min_length=64, max_length=64)]


async def answer(text):
    """Say which digit the pixels of a message show."""
    question = Question.model_validate_json(text)
    return {"id": question.id, **await run_in_threadpool(classify, question.pixels)}
