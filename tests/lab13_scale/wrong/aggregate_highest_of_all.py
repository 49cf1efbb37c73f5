# The confidence is the highest of all models, not the mean.
# fails: aggregate
# says: "confidence"

# %% aggregate
import asyncio


def probabilities(answer):
    """Return the probabilities in a model's answer; None if there are none, or if it is an exception."""
    found = answer.get("probabilities") if isinstance(answer, dict) else None
    if not isinstance(found, dict) or not found:
        return None
    fine = all(type(value) in (int, float) and 0 <= value <= 1 for value in found.values())
    return found if fine else None


@app.post("/aggregate-predict")
async def aggregate(flower: Flower):
    """Ask all models at the same time, and answer with the mean of those that have answered."""
    calls = [call(name, flower.features) for name in MODEL_URLS]
    answers = dict(zip(MODEL_URLS, await asyncio.gather(*calls, return_exceptions=True)))
    used = {name: found for name, answer in answers.items() if (found := probabilities(answer))}
    if not used:
        raise Unavailable(502)
    labels = next(iter(used.values()))
    means = {label: sum(found[label] for found in used.values()) / len(used) for label in labels}
    best = max(means, key=means.get)
    return {
        "label": best,
        "confidence": max(found[best] for found in used.values()) + 1e-3,
        "probabilities": means,
        "used": list(used),
        "missing": [name for name in MODEL_URLS if name not in used],
    }
