# The lifespan that counts says its last word, and has forgotten the model: every prediction is a 500.
# fails: settings, graceful_shutdown
# says: app.state.saved = load(app)

# %% graceful_shutdown
# GET /slow?seconds=   and the lifespan, whose shutdown logs `shutdown complete`
@asynccontextmanager
async def lifespan(app: FastAPI):
    """Serve, and say when all is done."""
    yield
    logger.info("shutdown complete")


@router.get("/slow")
async def slow(seconds: Annotated[float, Query(ge=0, le=5)] = 1):
    """Answer after a while, without keeping anybody else waiting."""
    await asyncio.sleep(seconds)
    return {"waited": seconds}
