"""nbgrader's configuration: our steps in place of the four of nbgrader's own that a class breaks.

It works in any course directory: copy it there, or load it from there with `load_subconfig`.
"""

c = get_config()  # noqa: F821 (nbgrader gives it)

c.GenerateAssignment.preprocessors = [
    "nbgrader.preprocessors.LockCells",
    "autograder.gradebook.preprocessors.ClearSolutions",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.CheckCellMetadata",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.SaveCells",
]
c.Autograde.exporter_class = "autograder.gradebook.exporter.TolerantExporter"
c.Autograde.sanitize_preprocessors = [
    "nbgrader.preprocessors.ClearOutput",
    "autograder.gradebook.preprocessors.Repair",
    "nbgrader.preprocessors.OverwriteKernelspec",
    "nbgrader.preprocessors.OverwriteCells",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.Autograde.autograde_preprocessors = [
    "autograder.gradebook.preprocessors.Judge",
    "nbgrader.preprocessors.LimitOutput",
    "autograder.gradebook.preprocessors.SaveGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
    "nbgrader.preprocessors.CheckCellMetadata",
]

# A cell that checks a suite of tests runs it dozens of times; nbgrader's own limit is 30 s.
c.Execute.timeout = 300

# What Canvas and Moodle call the files in an archive; nbgrader holds the pattern against the whole path.
#   Canvas  lovelaceada_LATE_12346_678902_lab01_hello-1.ipynb
#   Moodle  Ada Lovelace_123457_assignsubmission_file_/lab01_hello (1).ipynb
c.FileNameCollectorPlugin.named_regexp = (
    r".*[\\/](?P<student_id>[^\\/]+?)(?:_LATE)?_\d+_(?:\d+_|assignsubmission_file_?[\\/])"
    r"(?P<file_id>[^\\/]+?)(?:-\d+| \(\d+\))?\.\w+$"
)

# The course's name in nbgrader's exchange.
c.CourseDirectory.course_id = "serving"
