# Prefix and field name make the variable, but an error names the field alone.
# fails: settings
# says: pydantic names a field by its alias

# %% settings
# class Settings(BaseSettings): model_path, version, log_level, key
class Settings(BaseSettings):
    """What the environment says: each field by its variable's full name, which errors then name as well."""

    model_config = SettingsConfigDict(
        env_prefix="API_"
    )
    model_path: Path = IRIS
    version: str = "1.0.0"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    key: SecretStr


@router.get("/info")
def info(request: Request):
    """Say which version this is, and how much it logs."""
    settings = request.app.state.settings
    return {"version": settings.version, "log_level": settings.log_level}
