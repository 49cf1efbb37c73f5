# Infinity is above 0, so it passes as a price, and is written out as text.
# fails: item_body
# says: allow_inf_nan=False

# %% item_body
# class Item      what the body has to be
# POST /items     takes an Item
class Item(BaseModel):
    """Something that is for sale."""

    name: Annotated[str, Field(min_length=1, max_length=50)]
    price: Annotated[float, Field(gt=0)]
    is_offer: bool | None = None


@app.post("/items", status_code=201)
def create_item(item: Item):
    """Take in an item."""
    return Response(json.dumps({"item_name": item.name, "item_price": item.price}), 201, media_type="application/json")
