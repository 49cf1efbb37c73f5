# As on the slide: a token goes into the stream as it is, and its newlines end lines of it.
# fails: generate
# says: a newline ends a line of the stream

# %% generate
from fastapi.responses import StreamingResponse


# GET /generate    an event for each token, then the event done
@app.get("/generate")
def generate(
    prompt: Annotated[str, Query(min_length=1, max_length=200)],
    count: Annotated[int, Query(ge=1, le=200)] = 20,
    last_event_id: Annotated[int, Header(ge=0)] = 0,
):
    """Send the tokens as they are."""

    def events():
        for number, token in enumerate(write(prompt, count, last_event_id), start=last_event_id + 1):
            yield f"id: {number}\ndata: {token}\n\n"
        yield "event: done\ndata: end\n\n"

    return StreamingResponse(events(), media_type="text/event-stream")
