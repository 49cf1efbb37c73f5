# The settings are a name of the module, so the last app's count for all.
# fails: app_factory
# says: keep the settings in its state

# %% settings
# class Settings(BaseSettings): model_path, version, log_level, key
class Settings(BaseSettings):
    """What the environment says: each field by its variable's full name, which errors then name as well."""

    model_config = SettingsConfigDict(
        alias_generator=lambda name: f"API_{name.upper()}", hide_input_in_errors=True, populate_by_name=True
    )
    model_path: Path = IRIS
    version: str = "1.0.0"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    key: SecretStr


@router.get("/info")
def info(request: Request):
    """Say which version this is, and how much it logs."""
    settings = current
    return {"version": settings.version, "log_level": settings.log_level}

# %% app_factory
# def create_app(settings=None): a new app each time.  def __getattr__(name): the module's `app`, when it is asked for
def create_app(settings: Settings | None = None) -> FastAPI:
    """Return a new app for these settings; by default for those of the environment."""
    settings = settings or Settings()
    logging.basicConfig(level=settings.log_level, format="%(levelname)s %(name)s: %(message)s")
    app = FastAPI(title="Iris in production", version=settings.version, lifespan=lifespan)
    global current
    current = settings
    app.state.settings = settings
    app.include_router(router)
    return app


def __getattr__(name: str):
    """Make the module's `app` at the moment when somebody asks for it."""
    if name == "app":
        return create_app()
    raise AttributeError(name)
