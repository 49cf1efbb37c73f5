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
        for sign in '{"message": "Hello World"}':
            yield sign
            await asyncio.sleep(1)

    return StreamingResponse(parts(), media_type="application/json")
