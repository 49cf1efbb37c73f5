# The last section starts uvicorn, as a script would.
# fails: documentation
# says: the module starts a server of its own; remove that line

# %% documentation
# The title, the version and the description of the whole API
import uvicorn

app.title = "Hello API"
app.version = "1.0.0"
app.description = "A greeting, and a shelf of 25 items to page through and to search."
uvicorn.run(app, host="127.0.0.1", port=8000)
