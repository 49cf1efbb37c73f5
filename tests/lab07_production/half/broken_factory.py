# The section of the factory does not parse; the first version of the settings is still in place.
# fails: app_factory
# not_attempted: settings

# %% app_factory
def create_app(settings=None)
    return FastAPI()
