# The parent's number: all workers have the same one.
# fails: workers
# says: two processes answer

# %% workers
@router.get("/whoami")
def whoami():
    """Say which process answers."""
    return {"pid": os.getppid()}
