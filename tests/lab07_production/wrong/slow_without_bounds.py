# Somebody can ask for an hour.
# fails: graceful_shutdown
# says: 422 naming seconds

# %% graceful_shutdown
# GET /slow?seconds=   and the lifespan, whose shutdown logs `shutdown complete`
@asynccontextmanager
async def lifespan(app: FastAPI):
    """Load the model, serve, and say when all is done."""
    app.state.saved = load(app)
    yield
    logger.info("shutdown complete")


@router.get("/slow")
async def slow(seconds: float = 1):
    """Answer after a while, without keeping anybody else waiting."""
    await asyncio.sleep(seconds)
    return {"waited": seconds}
