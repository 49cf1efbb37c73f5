# against: judge
# points: 0
# fails: all
# says: the class

# %% setup
from fastapi import FastAPI

app = FastAPI
