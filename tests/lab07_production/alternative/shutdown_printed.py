# The last word is printed, which is as good a line of a log as any.

# %% graceful_shutdown
# GET /slow?seconds=   and the lifespan, whose shutdown logs `shutdown complete`
@asynccontextmanager
async def lifespan(app: FastAPI):
    """Load the model, serve, and say when all is done."""
    app.state.saved = load(app)
    yield
    print("shutdown complete", flush=True)


@router.get("/slow")
async def slow(seconds: Annotated[float, Query(ge=0, le=5)] = 1):
    """Answer after a while, without keeping anybody else waiting."""
    await asyncio.sleep(seconds)
    return {"waited": seconds}
