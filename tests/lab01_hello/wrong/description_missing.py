# The API has no description.
# fails: documentation
# says: info.description
# points: 11.67

# %% documentation
# The title, the version and the description of the whole API
app.title = "Hello API"
app.version = "1.0.0"
