# The status of a success was left as it is.
# fails: item_body
# says: got       200, with the right body
# points: 13

# %% item_body
# class Item      what the body has to be
# POST /items     takes an Item
class Item(BaseModel):
    """Something that is for sale."""

    name: Annotated[str, Field(min_length=1, max_length=50)]
    price: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    is_offer: bool | None = None


@app.post("/items")
def create_item(item: Item):
    """Take in an item."""
    return {"item_name": item.name, "item_price": item.price}
