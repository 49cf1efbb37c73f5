# The tokens are sent as plain text, not as events.
# fails: generate
# says: 200 text/event-stream

# %% generate
from fastapi.responses import StreamingResponse


# GET /generate    an event for each token, then the event done
@app.get("/generate")
def generate(
    prompt: Annotated[str, Query(min_length=1, max_length=200)],
    count: Annotated[int, Query(ge=1, le=200)] = 20,
    last_event_id: Annotated[int, Header(ge=0)] = 0,
):
    """Send the tokens."""
    return StreamingResponse(write(prompt, count, last_event_id), media_type="text/plain")
