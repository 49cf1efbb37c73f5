# against: judge
# points: 11
# fails: root
# says: SyntaxError

# %% root
def broken(:
    pass
