# A dict in the process: no other process has it.
# fails: cache
# says: hit

# %% cache
answers = {}


async def look_up(row):
    """Return an answer that this process knows, or compute one."""
    question = (active().version, *row)
    if question in answers:
        return answers[question], "hit"
    answers[question] = await compute(row)
    return answers[question], "miss"
