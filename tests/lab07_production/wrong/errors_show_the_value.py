# What a variable was set to stands in the error, and so in the log of a start that failed.
# fails: settings
# says: hide_input_in_errors=True keeps

# %% settings
# class Settings(BaseSettings): model_path, version, log_level, key
class Settings(BaseSettings):
    """What the environment says: each field by its variable's full name, which errors then name as well."""

    model_config = SettingsConfigDict(
        alias_generator=lambda name: f"API_{name.upper()}", populate_by_name=True
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
