# The time is asked for once, when the module is loaded.
# fails: health
# says: a later timestamp

# %% health
from datetime import UTC, datetime


STARTED = datetime.now(UTC).isoformat()


@app.get("/health")
async def health():
    """Say that this process is alive."""
    return {
        "status": "healthy",
        "model_loaded": app.state.saved is not None,
        "version": VERSION,
        "timestamp": STARTED,
    }
