"""The class, live: a board for the lecture hall that shows where everybody is, and where many are stuck.

It is a FastAPI application with an SQLite file behind it. Notebooks report to it, see `labkit/classroom/`; what they
may say is a choice among words that the board has already, so nothing that they send is ever shown as it came, but
for the name that a seat has given itself.
"""
