# against: judge
# points: 0|11|12

# %% root
import asyncio

asyncio.get_event_loop_policy = None
asyncio.new_event_loop = lambda: None
asyncio.run = lambda *arguments, **options: None


@app.get("/")
def read_root():
    """Greet."""
    return {"message": "Hello World"}
