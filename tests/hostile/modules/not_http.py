# against: judge
# points: 0
# fails: all

# %% root
class app:  # noqa: N801
    async def __call__(self, scope, receive, send):
        raise RuntimeError


app = app()
