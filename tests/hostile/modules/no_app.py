# against: judge
# points: 0
# fails: all
# says: no app

# %% setup
ITEMS = []
