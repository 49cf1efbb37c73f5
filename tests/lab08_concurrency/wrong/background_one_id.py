# The same id for the same flower, and no other for the next one of its kind.
# fails: background
# says: 5 ids

# %% background
import logging
import uuid

from fastapi import BackgroundTasks

logger = logging.getLogger("lab08")


def save_or_say(entry):
    """Save an entry; where that fails, log whose it was."""
    try:
        save(entry)
    except Exception:
        logger.exception("prediction %s was not saved", entry["id"])


@app.post("/predictions")
async def predict(flower: Flower, later: BackgroundTasks):
    """Answer with a prediction, and save it afterwards."""
    entry = {"id": str(uuid.uuid5(uuid.NAMESPACE_OID, guess(flower.features))), "features": flower.features, "label": guess(flower.features)}
    later.add_task(save_or_say, entry)
    return {"id": entry["id"], "label": entry["label"]}
