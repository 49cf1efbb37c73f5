# Numbers that are not finite, and any count of them.
# fails: background
# says: 422 naming features

# %% background
import logging
import uuid

from fastapi import BackgroundTasks

class AnyFlower(BaseModel):
    features: list[float]


logger = logging.getLogger("lab08")


def save_or_say(entry):
    """Save an entry; where that fails, log whose it was."""
    try:
        save(entry)
    except Exception:
        logger.exception("prediction %s was not saved", entry["id"])


@app.post("/predictions")
async def predict(flower: AnyFlower, later: BackgroundTasks):
    """Answer with a prediction, and save it afterwards."""
    entry = {"id": str(uuid.uuid4()), "features": flower.features, "label": guess(flower.features)}
    later.add_task(save_or_say, entry)
    return {"id": entry["id"], "label": entry["label"]}
