"""Servers that a student's module asks: beside the live server in a notebook, and held by the checks.

    upstream    an HTTP server that answers as it is told to, in a thread of its own
    process     a companion as a process that the notebook holds, and that ends with its kernel
    leash       what runs in that process beside the server: it waits for the end of the kernel

In a notebook `Process` starts one and names its address in a variable. A check names it in its Setup, and holds it
itself: only the socket lies in the module's sandbox, see labkit.sandbox.setup.
"""
