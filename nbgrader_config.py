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

# What lateness costs, as class.toml says.
c.AssignLatePenalties.plugin_class = "autograder.gradebook.lateness.LatePolicy"

# `nbgrader zip_collect` knows the names of files that `python -m autograder collect` knows.
c.ZipCollectApp.collector_plugin = "autograder.gradebook.collector.PlatformCollector"

# The course's name in nbgrader's exchange.
c.CourseDirectory.course_id = "serving"
