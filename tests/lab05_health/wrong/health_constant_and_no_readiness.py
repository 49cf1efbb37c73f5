# A constant, under the given lifespan that lets nobody ask before the model is there.
# fails: health
# says: there is no model
# not_attempted: readiness
# points: 11.33

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
