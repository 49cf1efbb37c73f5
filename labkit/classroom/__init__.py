"""A student's seat in a class: what a notebook tells the class's board, if the student has said so.

A thread of its own sends it, so a board that is slow, or away, costs a check nothing and a student no error.
"""
