# against: judge
# points: 11
# fails: root
# incident: |did not answer

# %% root
import asyncio

from fastapi.responses import Response, StreamingResponse


@app.get("/")
def read_root():
    """Greet."""
    async def parts():
        while True:
            yield b"[1,"
            await asyncio.sleep(0.01)

    return StreamingResponse(parts(), media_type="application/json")
