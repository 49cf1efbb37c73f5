# The fields have other names than the one that the given load reads, so API_MODEL_PATH is read and not heeded.
# fails: settings
# says: the given `load` reads the field `model_path`

# %% settings
# class Settings(BaseSettings): model_path, version, log_level, key
class Settings(BaseSettings):
    """The fields have the names of the variables."""

    model_config = SettingsConfigDict(case_sensitive=True, hide_input_in_errors=True)
    API_MODEL_PATH: Path = IRIS
    API_VERSION: str = "1.0.0"
    API_LOG_LEVEL: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    API_KEY: SecretStr


@router.get("/info")
def info(request: Request):
    """Say which version this is, and how much it logs."""
    settings = request.app.state.settings
    return {"version": settings.API_VERSION, "log_level": settings.API_LOG_LEVEL}

# %% app_factory
# def create_app(settings=None): a new app each time.  def __getattr__(name): the module's `app`, when it is asked for
def create_app(settings: Settings | None = None) -> FastAPI:
    """Return a new app for these settings; by default for those of the environment."""
    settings = settings or Settings()
    logging.basicConfig(level=settings.API_LOG_LEVEL, format="%(levelname)s %(name)s: %(message)s")
    app = FastAPI(title="Iris in production", version=settings.API_VERSION, lifespan=lifespan)
    app.state.settings = settings
    app.include_router(router)
    return app


def __getattr__(name: str):
    """Make the module's `app` at the moment when somebody asks for it."""
    if name == "app":
        return create_app()
    raise AttributeError(name)
