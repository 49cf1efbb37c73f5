# The slide: datetime.now(), which does not know its zone.
# fails: health
# says: datetime.now(UTC) knows its zone

# %% health
from datetime import UTC, datetime


@app.get("/health")
async def health():
    """Say that this process is alive."""
    return {
        "status": "healthy",
        "model_loaded": app.state.saved is not None,
        "version": VERSION,
        "timestamp": datetime.now().isoformat(),
    }
