# The example is there, but the section that tries it raises: it is left out of the server, so it does not count.
# fails: examples
# says: NameError
# points: 13

# %% examples
# The example of the schema, tried on the model itself
Applicant.model_validate(the_example)
