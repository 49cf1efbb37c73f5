# against: judge
# points: 8.67
# fails: path_parameter, root, documentation

# %% root
@app.get("/")
def read_root():
    raise NotImplementedError


# %% path_parameter
@app.get("/items/{item_id}")
def read_item(item_id: int):
    raise NotImplementedError
