# The request is answered, and then redirected.
# fails: transport
# says: what is behind it has happened

# %% transport
@app.middleware("http")
async def guard(request: Request, call_next):
    """Answer over https alone, where that is wanted, and say what browsers have to know."""
    response = await call_next(request)
    if HTTPS_ONLY and request.url.scheme != "https":
        return RedirectResponse(request.url.replace(scheme="https"), 307)
    response.headers["X-Content-Type-Options"] = "nosniff"
    if HTTPS_ONLY:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response
