# Without an argument there are no settings, and every route that reads them is a 500.
# fails: settings, app_factory
# says: settings = settings or Settings()

# %% app_factory
# def create_app(settings=None): a new app each time.  def __getattr__(name): the module's `app`, when it is asked for
def create_app(settings: Settings | None = None) -> FastAPI:
    """Return a new app for these settings; by default for those of the environment."""
    logging.basicConfig(level="INFO", format="%(levelname)s %(name)s: %(message)s")
    app = FastAPI(title="Iris in production", lifespan=lifespan)
    app.state.settings = settings
    app.include_router(router)
    return app


def __getattr__(name: str):
    """Make the module's `app` at the moment when somebody asks for it."""
    if name == "app":
        return create_app()
    raise AttributeError(name)
