# The lifespan has lost its decorator. Only its own exercise is lost: the others are served with the one that is given.
# fails: readiness
# says: Is there @asynccontextmanager above it?

# %% readiness
import threading

# prepare()        loads the model, tries it once, and says in app.state.ready that both went well
# lifespan(app)    starts prepare() in a thread, and does not wait for it
# GET /readiness   200, or 503 with Retry-After
app.state.ready = False


def prepare():
    """Load the model, and try it once."""
    try:
        load_model()
        app.state.saved["model"].predict([[5.1, 3.5, 1.4, 0.2]])
        app.state.ready = True
    except Exception:
        logger.exception("the model is not ready")


async def lifespan(app):
    """Begin to load the model, and let the server start."""
    threading.Thread(target=prepare, daemon=True).start()
    yield


@app.get("/readiness")
async def readiness():
    """Say whether requests can be sent here."""
    if not app.state.ready:
        raise HTTPException(503, "Not ready.", headers={"Retry-After": "1"})
    return {"status": "ready"}
