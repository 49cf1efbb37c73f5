# Nothing describes the app.
# fails: documentation
# says: info.description

# %% documentation
from fastapi.openapi.docs import get_swagger_ui_html

# title, version, description and tags of the app; GET /documentation
app.title = "Model registry"
app.version = "2.0.0"
app.openapi_tags = [
    {"name": "models", "description": "The registry."},
    {"name": "deployment", "description": "The model that answers."},
    {"name": "predictions", "description": "Ask the model."},
    {"name": "trial", "description": "Something that can fail, to try what then happens."},
]


@app.get("/documentation", include_in_schema=False)
def documentation():
    """Show the operations, and let them be tried."""
    return get_swagger_ui_html(openapi_url="openapi.json", title=app.title)
