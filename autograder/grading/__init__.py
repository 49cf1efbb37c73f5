"""Grades a class: what is new is judged, recorded and published."""
