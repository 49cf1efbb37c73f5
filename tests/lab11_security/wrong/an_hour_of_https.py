# Strict-Transport-Security is good for an hour.
# fails: transport
# says: max-age=31536000 or more

# %% transport
@app.middleware("http")
async def guard(request: Request, call_next):
    """Answer over https alone, where that is wanted, and say what browsers have to know."""
    if HTTPS_ONLY and request.url.scheme != "https":
        return RedirectResponse(request.url.replace(scheme="https"), 307)
    response = await call_next(request)
    response.headers["X-Content-Type-Options"] = "nosniff"
    if HTTPS_ONLY:
        response.headers["Strict-Transport-Security"] = "max-age=3600"
    return response
