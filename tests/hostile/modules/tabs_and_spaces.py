# against: judge
# points: 11
# fails: root
# says: Error

# %% root
def broken():
    if True:
	return 1
