# The fields are arguments of the function, so they are looked for in the query.
# fails: item_body
# says: as one argument
# points: 13

# %% item_body
# class Item      what the body has to be
# POST /items     takes an Item
class Item(BaseModel):
    """Something that is for sale."""

    name: Annotated[str, Field(min_length=1, max_length=50)]
    price: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    is_offer: bool | None = None


@app.post("/items", status_code=201)
def create_item(name: str, price: float):
    """Take in an item."""
    return {"item_name": name, "item_price": price}
