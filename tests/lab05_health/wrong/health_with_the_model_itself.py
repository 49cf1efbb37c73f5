# What was loaded is handed on, in place of whether it was.
# fails: health
# says: `is not None` makes true or false

# %% health
from datetime import UTC, datetime


@app.get("/health")
async def health():
    """Say that this process is alive."""
    return {
        "status": "healthy",
        "model_loaded": app.state.saved and app.state.saved["classes"],
        "version": VERSION,
        "timestamp": datetime.now(UTC).isoformat(),
    }
