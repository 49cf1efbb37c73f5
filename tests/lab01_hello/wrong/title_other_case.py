# The title differs in case.
# fails: documentation
# says: capitals included
# points: 10

# %% documentation
# The title, the version and the description of the whole API
app.title = "Hello Api"
app.version = "1.0.0"
app.description = "A greeting, and a shelf of 25 items to page through and to search."
