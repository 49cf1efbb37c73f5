# A thread makes all tokens, whether somebody listens or not.
# fails: generate
# says: the module goes on making them

# %% generate
import queue
import threading

from fastapi.sse import EventSourceResponse, ServerSentEvent


# GET /generate    an event for each token, then the event done
@app.get("/generate", response_class=EventSourceResponse)
def generate(
    prompt: Annotated[str, Query(min_length=1, max_length=200)],
    count: Annotated[int, Query(ge=1, le=200)] = 20,
    last_event_id: Annotated[int, Header(ge=0)] = 0,
):
    """Send the tokens of a text, each when it is made."""
    made_so_far = queue.Queue()

    def work():
        for token in write(prompt, count, last_event_id):
            made_so_far.put(token)
        made_so_far.put(None)

    threading.Thread(target=work, daemon=True).start()
    tokens = iter(made_so_far.get, None)
    for number, token in enumerate(tokens, start=last_event_id + 1):
        yield ServerSentEvent(id=str(number), data={"token": token})
    yield ServerSentEvent(event="done", data={"count": count})
