# Nobody is told where to ask.
# fails: jobs
# says: no such header

# %% jobs
import logging
import uuid
from concurrent.futures import ThreadPoolExecutor

jobs = {}

# run(job, depth)       trains in a thread, and says in the job what becomes of it
# POST /jobs            202, Location, a new job
# GET /jobs/{job_id}    the job, or 404
trainer = ThreadPoolExecutor(1)


def run(job, depth):
    """Train, and say in the job what becomes of it."""
    job["status"] = "running"
    try:
        job.update(result=train(depth), status="done")
    except Exception:
        logging.getLogger("lab08").exception("job %s has failed", job["id"])
        job.update(error="The training has failed.", status="failed")


@app.post("/jobs", status_code=202)
async def start_job(body: Depth, response: Response):
    """Begin to train, and say where to ask for it."""
    job = {"id": str(uuid.uuid4()), "status": "queued"}
    jobs[job["id"]] = job
    trainer.submit(run, job, body.depth)
    return {"id": job["id"], "status": "queued"}


@app.get("/jobs/{job_id}")
async def read_job(job_id: str):
    """Say how far a job is."""
    if job_id not in jobs:
        raise HTTPException(404, "There is no such job.")
    return jobs[job_id]
