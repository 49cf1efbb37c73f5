# A name ends at 49 characters.
# fails: item_body
# says: min_length and max_length include their number
# points: 14.5

# %% item_body
# class Item      what the body has to be
# POST /items     takes an Item
class Item(BaseModel):
    """Something that is for sale."""

    name: Annotated[str, Field(min_length=1, max_length=49)]
    price: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    is_offer: bool | None = None


@app.post("/items", status_code=201)
def create_item(item: Item):
    """Take in an item."""
    return {"item_name": item.name, "item_price": item.price}
