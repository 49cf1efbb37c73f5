"""Servers that a student's module asks: beside the live server in a notebook, and held by the checks.

    upstream    an HTTP server that answers as it is told to, in a thread of its own
    process     a companion as a process that the notebook holds, and that ends with its kernel
    leash       what runs in that process beside the server: it waits for the end of the kernel
    valkey      a real Valkey, which can be frozen, killed, and started again
    bound       what becomes a program as Valkey or nginx: it ends with whoever has started it
    absent      nobody at the address, or somebody who says nothing
    door        the way to it from the network of a module that is locked up; several modules may share one

In a notebook `Process` starts one and names its address in a variable. A check names it in its Setup, and holds it
itself: only the socket lies in the module's sandbox, see labkit.sandbox.setup.
"""
