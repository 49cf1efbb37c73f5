"""A live run: a service under load and faults, judged by promises about counted events, never by its speed.

    promises    what was promised: one event breaks a safety promise, a liveness promise is only late
    wire        a client that is lean, so that the service is measured and not the client
    balancer    sends requests to replicas, as a load balancer does: only one that is known to be down is passed over
    load        honest clients in a closed loop: they go on until the fault is over, and each has had its answers
    calm        whether the run itself counts: the checker's own trouble is nobody's mark

A fault is brought about by progress (a third hit was seen), not by the clock. A phase is a function that breaks
promises; `promises.run` asks it a second time, on fresh replicas and with more patience, if it was only late.
"""
