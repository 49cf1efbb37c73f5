# against: judge
# points: 0
# fails: all
# says: is a int

# %% setup
app = 42
