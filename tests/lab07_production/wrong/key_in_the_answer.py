# All settings are handed out.
# fails: settings, app_factory
# says: GET /info

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
    settings = request.app.state.settings
    return settings.model_dump() | {"key": settings.key.get_secret_value()}
