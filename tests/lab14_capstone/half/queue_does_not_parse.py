# One section does not parse, and costs itself, and its share of the last.
# fails: queue, under_fire

# %% queue
import asyncio

waiting = [

async def compute(row):
    return None
