# The app is made where the module is imported, before the sections below it are there.
# fails: app_factory, graceful_shutdown
# says: something is made by the import: look at `app`

# %% app_factory
# def create_app(settings=None): a new app each time.  def __getattr__(name): the module's `app`, when it is asked for
def create_app(settings: Settings | None = None) -> FastAPI:
    """Return a new app for these settings; by default for those of the environment."""
    settings = settings or Settings()
    logging.basicConfig(level=settings.log_level, format="%(levelname)s %(name)s: %(message)s")
    app = FastAPI(title="Iris in production", version=settings.version, lifespan=lifespan)
    app.state.settings = settings
    app.include_router(router)
    return app


app = create_app(Settings())
