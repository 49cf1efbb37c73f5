"""Takes kernel calls from a process that would reach past locks on files and networks. There is no way back.

A key, a queue or a piece of shared memory belongs to the machine and outlives the process that made it; a named unix
socket or UDP leads to other programs, which Landlock does not forbid on every kernel. A file in memory alone is in no
folder that is weighed.
"""

from __future__ import annotations

import errno
import socket
from itertools import product

_OUTLIVING = (
    *("add_key", "request_key", "keyctl"),
    *("shmget", "shmat", "shmctl", "msgget", "msgsnd", "msgrcv", "msgctl", "semget", "semop", "semtimedop", "semctl"),
    *("mq_open", "mq_unlink"),
)
"""Keys of the kernel, and the shared memory, queues and semaphores of System V and POSIX."""
_INTO_OTHERS = (
    *("ptrace", "process_vm_readv", "process_vm_writev", "pidfd_getfd", "kcmp"),
    *("bpf", "perf_event_open", "userfaultfd", "open_by_handle_at", "io_uring_setup"),
)
"""What looks into other processes, or does by another way what was forbidden."""
_UNSEEN = ("memfd_create", "memfd_secret")
"""What makes files that are nowhere but in memory."""
_KIND = 0xF
"""The part of a socket's type that says its kind; the rest are flags."""


def offered() -> bool:
    """Whether this machine offers such filters."""
    try:
        import seccompy
    except ImportError:
        return False
    return bool(seccompy.supported())


def forbid(*, udp: bool = False, unix: bool = False) -> None:
    """Forbid this process what outlives it and what leads into other processes; a call that is forbidden fails.

    Args:
        udp: whether to forbid UDP, and packets written by hand.
        unix: whether to forbid unix sockets but for those in pairs, which lead nowhere else.
    """
    from seccompy import ArgCmp, CmpOp, Filter

    rules = Filter()
    for name in (*_OUTLIVING, *_INTO_OTHERS, *_UNSEEN):
        rules.errno(name, errno.EPERM)
    if unix:
        rules.errno("socket", errno.EACCES, args={0: socket.AF_UNIX})
    kinds = (socket.SOCK_DGRAM, socket.SOCK_RAW) if udp else ()
    for family, kind in product((socket.AF_INET, socket.AF_INET6), kinds):
        conditions = [ArgCmp(0, CmpOp.EQ, family), ArgCmp(1, CmpOp.MASKED_EQ, kind, _KIND)]
        rules.errno("socket", errno.EACCES, args=conditions)
    rules.load()
