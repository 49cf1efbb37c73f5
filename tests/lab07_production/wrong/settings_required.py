# create_app cannot be called without settings, so the server cannot call it either.
# fails: app_factory
# says: create_app()

# %% app_factory
# def create_app(settings=None): a new app each time.  def __getattr__(name): the module's `app`, when it is asked for
def create_app(settings: Settings) -> FastAPI:
    """Return a new app for these settings."""
    logging.basicConfig(level=settings.log_level, format="%(levelname)s %(name)s: %(message)s")
    app = FastAPI(title="Iris in production", version=settings.version, lifespan=lifespan)
    app.state.settings = settings
    app.include_router(router)
    return app


def __getattr__(name: str):
    """Make the module's `app` at the moment when somebody asks for it."""
    if name == "app":
        return create_app(Settings())
    raise AttributeError(name)
