# The models are asked one after the other.
# fails: aggregate
# says: an await in a loop

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
    answers = {}
    for name in MODEL_URLS:
        try:
            answers[name] = await call(name, flower.features)
        except Exception as problem:
            answers[name] = problem
    used = {name: found for name, answer in answers.items() if (found := probabilities(answer))}
    if not used:
        raise Unavailable(502)
    labels = next(iter(used.values()))
    means = {label: sum(found[label] for found in used.values()) / len(used) for label in labels}
    best = max(means, key=means.get)
    return {
        "label": best,
        "confidence": means[best],
        "probabilities": means,
        "used": list(used),
        "missing": [name for name in MODEL_URLS if name not in used],
    }
