# Nobody catches what the UPDATE raises that has come too late.
# fails: etag
# says: StaleDataError: UPDATE

# %% etag
# GET /deployment    with its ETag, or 304
# PUT /deployment    with If-Match; 428, 412 or the new document
def etag(row):
    """Return the name of what the document says at the moment."""
    return f'"{row.revision}"'


@app.get("/deployment", tags=["deployment"])
def read_deployment(session: SessionDep, response: Response, if_none_match: Annotated[str | None, Header()] = None):
    """Return what is deployed, unless the client has it already."""
    row = session.get(DeploymentRow, 1)
    if if_none_match == etag(row):
        return Response(status_code=304, headers={"ETag": etag(row)})
    response.headers["ETag"] = etag(row)
    return {"model": row.model, "threshold": row.threshold}


CONDITIONS = {412: {"description": "It has changed meanwhile."}, 428: {"description": "If-Match is missing."}}


@app.put("/deployment", tags=["deployment"], responses=CONDITIONS)
def put_deployment(new: Deployment, session: SessionDep, if_match: Annotated[str | None, Header()] = None):
    """Deploy something else, if nobody else has done so since it was read."""
    if if_match is None:
        raise HTTPException(428, "Read the deployment first, and send its ETag as If-Match.")
    row = session.get(DeploymentRow, 1)
    changed = HTTPException(412, "The deployment has changed meanwhile: read it again.")
    if if_match != etag(row):
        raise changed
    row.model, row.threshold = new.model, new.threshold
    session.commit()
    return new
