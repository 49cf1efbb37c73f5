# The page of the documentation is an operation of its own documentation.
# fails: documentation
# says: a page is no operation

# %% documentation
from fastapi.openapi.docs import get_swagger_ui_html

# title, version, description and tags of the app; GET /documentation
app.title = "Model registry"
app.version = "2.0.0"
app.description = "Models, which of them is deployed, and what they say of a flower."
app.openapi_tags = [
    {"name": "models", "description": "The registry."},
    {"name": "deployment", "description": "The model that answers."},
    {"name": "predictions", "description": "Ask the model."},
    {"name": "trial", "description": "Something that can fail, to try what then happens."},
]


@app.get("/documentation")
def documentation():
    """Show the operations, and let them be tried."""
    return get_swagger_ui_html(openapi_url="openapi.json", title=app.title)
