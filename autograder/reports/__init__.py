"""What people read of a graded class: pages, tables, grades.csv."""

from pathlib import Path

TEMPLATES = Path(__file__).with_name("templates")
