"""Archives as learning platforms give them out, and the rosters that go with them."""

import json
import zipfile

LAB = "lab01_hello"


def notebook(text="1", lab=LAB):
    """A notebook that opens a lab, small enough for a class of thousands."""
    cells = [f'import labkit\nlab = labkit.open("{lab}")', text]
    found = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": cell} for cell in cells]
    return json.dumps({"cells": found, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def archive(path, files):
    """A ZIP with these texts or bytes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in files.items():
            file.writestr(name, data)
    return path


N, OTHER = notebook(), notebook("2")

CANVAS = {
    "lovelaceada_LATE_101_9001_lab01_hello-1.ipynb": N,
    "smithjohn_103_9003_lab01_hello.ipynb": N,
    "smithjohn_104_9004_lab01_hello (1).ipynb": OTHER,
    "李小龍_105_9005_作業.ipynb": N,
    "कुमारविक्रम_107_9007_lab01_hello.ipynb": N,
    "turingalan_106_text.html": "<p>see my e-mail</p>",
    "ghost_999_9009_lab01_hello.ipynb": N,
}
CANVAS_ROSTER = """\
Student,ID,SIS User ID,SIS Login ID,Section,lab01_hello (555),Quiz (556),Current Score
,,,,,Manual Posting,,
    Points Possible,,,,,12,3,(read only)
"Lovelace, Ada",101,S101,ada,A,,2,17
"Smith, John",103,S103,john1,A,EX,2,17
"Smith, John",104,S104,john2,A,,2,17
"李, 小龍",105,S105,bruce,A,,2,17
"कुमार, विक्रम",107,S107,vikram,A,,2,17
"Turing, Alan",106,S106,alan,B,3,2,17
"""
MOODLE = {
    "José Müller_201_assignsubmission_file_/lab01_hello.ipynb": N,
    "Group A-Ada Lovelace_202_assignsubmission_file_/lab01_hello (1).ipynb": N,
    "Ada Lovelace_202_assignsubmission_onlinetext_/onlinetext.html": "hello",
    "John Smith_203_assignsubmission_file_/mine.ipynb": N,
    "John Smith_204_assignsubmission_file_mine.ipynb": OTHER,
}
MOODLE_ROSTER = """\
Identifier,Full name,Email address,Status,Grade,Maximum Grade,Last modified (submission),Last modified (grade)
Participant 201,José Müller,jose@x.org,Submitted,,12.00,"Monday, 2 March 2026, 10:00 AM",-
Participant 202,Ada Lovelace,ada@x.org,Submitted,,12.00,-,-
Participant 203,John Smith,john1@x.org,Submitted,,12.00,-,-
Participant 204,John Smith,john2@x.org,Submitted,,12.00,-,-
"""
BLACKBOARD = {
    "Lab 1_x_ada_attempt_2026-03-01-18-30-00_lab01_hello.ipynb": N,
    "Lab 1_x_ada_attempt_2026-03-01-18-30-00.txt": "Name: Ada Lovelace (ada)",
    "Lab 1_x_ada_attempt_2026-03-02-18-30-00_lab01_hello.ipynb": OTHER,
    "Lab 1_x_doe_attempt_2026-03-01-18-30-00_lab01_hello.ipynb": N,
    "Lab 1_x_john_doe_attempt_2026-03-01-18-30-00_a_b.ipynb": N,
}
BLACKBOARD_ROSTER = (
    "\ufeffLast Name;First Name;Username;Student ID\nLovelace;Ada;ada;1\nDoe;Jane;doe;2\nDoe;John;john_doe;3\n"
)
BRIGHTSPACE = {
    "index.html": "<html>",
    "15-9 - Ada Lovelace - Mar 1, 2026 630 PM/lab01_hello.ipynb": N,
    "15-9 - Ada Lovelace - Mar 2, 2026 1215 AM/lab01_hello.ipynb": OTHER,
    "16-9 - 李 小龍 - Mar 1, 2026 1130 AM - lab01_hello.ipynb": N,
}
BRIGHTSPACE_ROSTER = """\
OrgDefinedId,Username,Last Name,First Name,Email,End-of-Line Indicator
#1,#ada,Lovelace,Ada,,#
#5,#bruce,李,小龍,,#
"""
GRADESCOPE = {
    "assignment_1_export/submission_metadata.yml": """\
submission_1:
  :submitters:
  - :name: Ada Lovelace
    :sid: S101
    :email: ada@x.org
  - :name: John Smith
    :sid: S103
  :created_at: 2026-03-01 12:30:00.123456000 Z
  :score: 1.0
submission_2:
  :submitters:
  - :name: Bruce
    :sid: S105
  :created_at: !ruby/object:ActiveSupport::TimeWithZone
    utc: 2026-03-01 13:30:00.1 Z
    zone: x
""",
    "assignment_1_export/submission_1/lab01_hello.ipynb": N,
    "assignment_1_export/submission_2/lab01_hello.ipynb": N,
}
