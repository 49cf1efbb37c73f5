# The app is kept and handed out again.
# fails: app_factory
# says: version 3.1.4 from the first

# %% app_factory
# def create_app(settings=None): a new app each time.  def __getattr__(name): the module's `app`, when it is asked for
def create_app(settings: Settings | None = None) -> FastAPI:
    """Return a new app for these settings; by default for those of the environment."""
    settings = settings or Settings()
    logging.basicConfig(level=settings.log_level, format="%(levelname)s %(name)s: %(message)s")
    app = kept.setdefault("app", FastAPI(title="Iris in production", version=settings.version, lifespan=lifespan))
    app.state.settings = settings
    app.include_router(router)
    return app


kept: dict[str, FastAPI] = {}


def __getattr__(name: str):
    """Make the module's `app` at the moment when somebody asks for it."""
    if name == "app":
        return create_app()
    raise AttributeError(name)
