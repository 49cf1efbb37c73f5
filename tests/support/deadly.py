"""Stands in for what a worker does: some submissions take it down."""

import os
import signal
import time

from autograder.workers import work as honest


def work(task):
    student = task.content.student
    if task.readable and student == "killer":
        os.kill(os.getpid(), signal.SIGKILL)
    if task.readable and student == "sleeper":
        time.sleep(600)
    if student == "raiser" and task.readable:
        raise KeyError("ours")
    return honest.work(task)
