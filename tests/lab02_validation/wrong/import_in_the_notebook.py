# A module is used that only the notebook has imported.
# fails: item_body
# says: import re, in this section: a module has none of the notebook's names
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
def create_item(item: Item):
    """Take in an item."""
    re.sub(" +", " ", item.name)
    return {"item_name": item.name, "item_price": item.price}
