# The start is logged with all settings, the key among them.
# fails: settings
# says: no line with the key

# %% app_factory
# def create_app(settings=None): a new app each time.  def __getattr__(name): the module's `app`, when it is asked for
def create_app(settings: Settings | None = None) -> FastAPI:
    """Return a new app for these settings; by default for those of the environment."""
    settings = settings or Settings()
    logging.basicConfig(level=settings.log_level, format="%(levelname)s %(name)s: %(message)s")
    app = FastAPI(title="Iris in production", version=settings.version, lifespan=lifespan)
    app.state.settings = settings
    logger.info("starting with key %s", settings.key.get_secret_value())
    app.include_router(router)
    return app


def __getattr__(name: str):
    """Make the module's `app` at the moment when somebody asks for it."""
    if name == "app":
        return create_app()
    raise AttributeError(name)
