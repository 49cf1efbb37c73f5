"""Serves one student's module after the other for the judge, each in a process of its own that is locked up.

    forkserver  starts once for each worker of the judge, loads the libraries, and forks a monitor for each submission
    monitor     stands outside the lock, runs nothing of the student's, watches, and leaves nothing behind
    inside      locks itself up, then loads the module and serves it

    client      the judge's side of the three; service is one module that they serve, setup what it finds, limits what
                it may use; isolation names the ways to lock it up, by namespaces, landlock, credentials, filesystem

None of them holds anything of the judge: they start from a fresh interpreter, with labkit and libraries alone.
"""
