# The documentation is that of a new app, which has no routes.
# fails: root, path_parameter, query_parameters, optional_query, route_order, documentation
# says: the second FastAPI(), in documentation, has none of the routes above it
# says_not: the path ends before

# %% documentation
# The title, the version and the description of the whole API
app = FastAPI(
    title="Hello API",
    version="1.0.0",
    description="A greeting, and a shelf of 25 items to page through and to search.",
)
