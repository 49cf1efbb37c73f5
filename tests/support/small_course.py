"""A course of one lab with one exercise, as its authors would write it."""

COURSE = """
title = "Course"
labs = [
    "lab01_x",
]
"""
LAB = """
title = "Small"
minutes = 10
[[exercise]]
id = "one"
title = "One"
points = 1.5
difficulty = 1
minutes = 5
hints = ["look"]
hidden = "more"
"""
PROSE = """[[lab]]

```{code-cell} ipython3
import labkit
lab = labkit.open("lab01_x")
```

```{code-cell} ipython3
%%section setup
```

[[exercise one]]

```{code-cell} ipython3
%%section one
```

```{code-cell} ipython3
lab.check("one")
```

```{code-cell} ipython3
1 + 1
```

```{code-cell} ipython3
1 + 1
```
"""
SOLUTION = '''"""T."""

# %% setup
app = 1


# %% one --before setup
def f():
    """Say it."""
    # BEGIN SOLUTION
    return "the secret"
    # END SOLUTION
'''

FILES = {
    ".gitignore": "__pycache__/\n/notebooks/*.py\n",
    "course/course.toml": COURSE,
    "course/lab01_x.toml": LAB,
    "course/lab01_x.md": PROSE,
    "solutions/lab01_x.py": SOLUTION,
    "autograder/checks/lab01_x.py": "",
    "autograder/hidden/lab01_x.py": "",
}


def write(top):
    """Write all of it into a folder."""
    for name, text in FILES.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(text, encoding="utf-8")
    return top
