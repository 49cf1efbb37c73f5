# is_offer may be null, but has to be sent.
# fails: item_body
# says: is_offer is required until it has a default
# points: 13

# %% item_body
# class Item      what the body has to be
# POST /items     takes an Item
class Item(BaseModel):
    """Something that is for sale."""

    name: Annotated[str, Field(min_length=1, max_length=50)]
    price: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    is_offer: bool | None


@app.post("/items", status_code=201)
def create_item(item: Item):
    """Take in an item."""
    return {"item_name": item.name, "item_price": item.price}
