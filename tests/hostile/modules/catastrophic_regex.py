# against: judge
# points: 11
# fails: root
# incident: did not answer

# %% root
import re


@app.get("/")
async def read_root():
    """Greet."""
    re.match(r"(a+)+$", "a" * 60 + "b")
    return {"message": "Hello World"}
