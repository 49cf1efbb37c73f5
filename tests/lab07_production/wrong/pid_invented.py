# Each process has thought of a number.
# fails: workers
# says: os.getpid()

# %% workers
NUMBER = int.from_bytes(os.urandom(3), "big") + 5_000_000


@router.get("/whoami")
def whoami():
    """Say which process answers."""
    return {"pid": NUMBER}
