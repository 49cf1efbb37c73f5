# The tags are not declared.
# fails: documentation
# says: app.openapi_tags

# %% documentation
from fastapi.openapi.docs import get_swagger_ui_html

# title, version, description and tags of the app; GET /documentation
app.title = "Model registry"
app.version = "2.0.0"
app.description = "Models, which of them is deployed, and what they say of a flower."
@app.get("/documentation", include_in_schema=False)
def documentation():
    """Show the operations, and let them be tried."""
    return get_swagger_ui_html(openapi_url="openapi.json", title=app.title)
