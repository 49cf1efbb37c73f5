# The app keeps the title it was made with.
# fails: documentation
# says: app.title = ...
# points: 10

# %% documentation
# The title, the version and the description of the whole API
app.version = "1.0.0"
app.description = "A greeting, and a shelf of 25 items to page through and to search."
