# Liveness fails while the model is loading, so that the orchestrator ends what only needs time.
# fails: health
# says: expected  200

# %% health
from datetime import UTC, datetime


@app.get("/health")
async def health():
    """Say that this process is alive."""
    if app.state.saved is None:
        raise HTTPException(503, "No model yet.")
    return {
        "status": "healthy",
        "model_loaded": app.state.saved is not None,
        "version": VERSION,
        "timestamp": datetime.now(UTC).isoformat(),
    }
