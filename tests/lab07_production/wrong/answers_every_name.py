# Whatever the module is asked for, it makes an app.
# fails: app_factory
# says: raise AttributeError(name)

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


def __getattr__(name: str):
    """Make the module's `app` whatever is asked for."""
    return create_app()
