# One section does not parse, and two are not begun.
# fails: versions
# not_attempted: etag, documentation
# points: 11

# %% versions
@app.post("/v1/predict"
def predict_v1(flower: Flower):
    return {"class": classify(flower)["class"]}
