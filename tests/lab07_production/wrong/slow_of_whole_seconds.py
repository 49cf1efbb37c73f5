# seconds is a whole number, so a fraction is refused.
# fails: graceful_shutdown
# says: seconds may be a fraction

# %% graceful_shutdown
# GET /slow?seconds=   and the lifespan, whose shutdown logs `shutdown complete`
@asynccontextmanager
async def lifespan(app: FastAPI):
    """Load the model, serve, and say when all is done."""
    app.state.saved = load(app)
    yield
    logger.info("shutdown complete")


@router.get("/slow")
async def slow(seconds: Annotated[int, Query(ge=0, le=5)] = 1):
    """Answer after a while, without keeping anybody else waiting."""
    await asyncio.sleep(seconds)
    return {"waited": seconds}
