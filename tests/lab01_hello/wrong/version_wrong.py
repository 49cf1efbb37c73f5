# The version has two numbers.
# fails: documentation
# says: info.version
# points: 11.67

# %% documentation
# The title, the version and the description of the whole API
app.title = "Hello API"
app.version = "1.0"
app.description = "A greeting, and a shelf of 25 items to page through and to search."
