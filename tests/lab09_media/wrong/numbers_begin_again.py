# After a cut the ids begin with 1 again.
# fails: generate
# says: expected  id: 5

# %% generate
from fastapi.sse import EventSourceResponse, ServerSentEvent


# GET /generate    an event for each token, then the event done
@app.get("/generate", response_class=EventSourceResponse)
def generate(
    prompt: Annotated[str, Query(min_length=1, max_length=200)],
    count: Annotated[int, Query(ge=1, le=200)] = 20,
    last_event_id: Annotated[int, Header(ge=0)] = 0,
):
    """Send the tokens of a text, each when it is made."""
    tokens = write(prompt, count, start=last_event_id)
    for number, token in enumerate(tokens, start=1):
        yield ServerSentEvent(id=str(number), data={"token": token})
    yield ServerSentEvent(event="done", data={"count": count})
