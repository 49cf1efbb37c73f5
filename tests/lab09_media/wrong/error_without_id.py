# The error has no id at all.
# fails: socket
# says: "id": null, "error"

# %% socket
# Question    an id, and 64 pixels
Pixel = Annotated[FiniteFloat, Field(ge=0, le=16)]


class Question(BaseModel):
    """A picture to be classified, and a name for the answer."""

    id: int | str
    pixels: Annotated[list[Pixel], Field(min_length=64, max_length=64)]




async def answer(text):
    """Say which digit the pixels of a message show, or what is wrong with the message."""
    message = None
    try:
        message = json.loads(text)
        question = Question.model_validate(message)
    except (ValueError, RecursionError):
        known = message.get("id") if isinstance(message, dict) else None
        return {"error": "A message has an id, and 64 pixels from 0 to 16."}
    found = await run_in_threadpool(classify, question.pixels)
    return {"id": question.id, **found}
