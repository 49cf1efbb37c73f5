# The middleware does not wait for the answer: every request is a 500, and each exercise says so.
# fails: api_key, register, login, tokens, scopes, transport
# says: 404, with X-Content-Type-Options

# %% transport
@app.middleware("http")
async def guard(request: Request, call_next):
    """Answer over https alone, where that is wanted, and say what browsers have to know."""
    if HTTPS_ONLY and request.url.scheme != "https":
        return RedirectResponse(request.url.replace(scheme="https"), 307)
    response = call_next(request)
    response.headers["X-Content-Type-Options"] = "nosniff"
    if HTTPS_ONLY:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response
