# A counter of the module, as if all workers shared it, is in the answer.
# fails: workers
# says: {"pid": a number}

# %% workers
@router.get("/whoami")
def whoami():
    """Say which process answers."""
    return {"pid": os.getpid(), "visits": next(COUNT)}
