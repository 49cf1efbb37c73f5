# Every id is made a text.
# fails: socket
# says: {"id": 7

# %% socket
# Question    an id, and 64 pixels
Pixel = Annotated[FiniteFloat, Field(ge=0, le=16)]


class Question(BaseModel):
    """A picture to be classified, and a name for the answer."""

    id: str
    pixels: Annotated[list[Pixel], Field(min_length=64, max_length=64)]




async def answer(text):
    """Say which digit the pixels of a message show, or what is wrong with the message."""
    message = None
    try:
        message = json.loads(text)
        question = Question.model_validate({**message, "id": str(message["id"])})
    except (ValueError, RecursionError, TypeError, KeyError):
        known = message.get("id") if isinstance(message, dict) else None
        return {"id": known, "error": "A message has an id, and 64 pixels from 0 to 16."}
    found = await run_in_threadpool(classify, question.pixels)
    return {"id": question.id, **found}
