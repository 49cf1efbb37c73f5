# Local time of somewhere else, with a Z behind it.
# fails: health
# says: the time of the request

# %% health
from datetime import UTC, datetime


from datetime import timedelta


@app.get("/health")
async def health():
    """Say that this process is alive."""
    return {
        "status": "healthy",
        "model_loaded": app.state.saved is not None,
        "version": VERSION,
        "timestamp": (datetime.now() + timedelta(hours=5, minutes=30)).isoformat() + "Z",
    }
