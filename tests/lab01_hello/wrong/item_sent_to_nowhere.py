# A number in the path is sent on to a name that no client can read: that nothing comes is no proof that it is not the latest.
# fails: path_parameter, route_order
# says: expected  an HTTP response
# points: 9

# %% path_parameter
@app.get("/items/{item_id}")
def read_item(item_id: int):
    """Send whoever asks to another place."""
    from fastapi.responses import RedirectResponse

    return RedirectResponse("http://xn--zz--0/")
