"""Serves one student's module after the other for the judge, each in a process of its own that is locked up.

    nursery   starts once for each worker of the judge, loads the libraries, and forks a keeper for each submission
    keeper    stands outside the lock, runs nothing of the student's, watches, and leaves nothing behind
    inner     locks itself up, then loads the module and serves it

None of them holds anything of the judge: they start from a fresh interpreter, with labkit and libraries alone.
"""
