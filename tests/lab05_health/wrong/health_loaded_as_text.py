# The words of Python in place of a boolean.
# fails: health
# says: "model_loaded": true or false

# %% health
from datetime import UTC, datetime


@app.get("/health")
async def health():
    """Say that this process is alive."""
    return {
        "status": "healthy",
        "model_loaded": str(app.state.saved is not None),
        "version": VERSION,
        "timestamp": datetime.now(UTC).isoformat(),
    }
