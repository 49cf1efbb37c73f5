# Each liveness probe asks the model.
# fails: health
# says: no call of the model

# %% health
from datetime import UTC, datetime


@app.get("/health")
async def health():
    """Say that this process is alive."""
    if app.state.saved is not None:
        classify([5.1, 3.5, 1.4, 0.2])
    return {
        "status": "healthy",
        "model_loaded": app.state.saved is not None,
        "version": VERSION,
        "timestamp": datetime.now(UTC).isoformat(),
    }
