# points: 9
# fails: path_parameter, root

# %% root
@app.get("/")
def read_root():
    raise NotImplementedError


# %% path_parameter
@app.get("/items/{item_id}")
def read_item(item_id: int):
    raise NotImplementedError
