# The number is a text.
# fails: workers
# says: {"pid": a number}

# %% workers
@router.get("/whoami")
def whoami():
    """Say which process answers."""
    return {"pid": str(os.getpid())}
