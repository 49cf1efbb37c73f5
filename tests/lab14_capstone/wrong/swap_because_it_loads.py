# What loads is served, whatever it says.
# fails: hot_swap
# also: under_fire
# says: examples

# %% hot_swap
Name = Annotated[str, Field(pattern="^[a-z0-9-]{1,40}$")]


class Choice(BaseModel):
    """Which model is to be served."""

    name: Name


# tried(name)         the bundle of that name, if its model still says what it said when it was saved
# chosen()            the name in STATE_PATH; None if there is none
# PUT /admin/model    the model of that name is served, and its name is kept in STATE_PATH
# a resource          serves the model that was chosen before the restart


def tried(name):
    """Load a bundle, and try its model on its examples. It raises whatever is wrong."""
    served = load(settings.model_store / f"{name}.joblib", name)
    return served


def chosen():
    """Return the name that was chosen last, if it can be read."""
    try:
        return Choice.model_validate_json(settings.state_path.read_bytes()).name
    except (OSError, ValueError):
        return None


@app.put("/admin/model", dependencies=[door("admin")])
async def choose(choice: Choice):
    """Serve another model, if it is as good as it says."""
    if not (settings.model_store / f"{choice.name}.joblib").is_file():
        raise HTTPException(404, "There is no such model.")
    try:
        served = await run_in_threadpool(tried, choice.name)
    except Exception as wrong:
        logger.warning("%s is not served: %r", choice.name, wrong)
        raise HTTPException(422, "This model cannot be served.") from None
    replace_file(settings.state_path, choice.model_dump_json())
    app.state.active = served
    return {"version": served.version}


@resources.append
@asynccontextmanager
async def remembered(app):
    """Serve what was chosen before, if it is still there."""
    if name := chosen():
        try:
            app.state.active = await run_in_threadpool(tried, name)
        except Exception:
            logger.exception("%s is gone", name)
    yield
