"""Tries a student's tests on an API, right or broken, and judges the tests by what they say.

    mutant     the broken APIs
    disguise   makes all of them look alike, but for what they do
    inside     what runs within the sandbox: a fork server, and a process for each trial that is told of one API, runs
               the student's tests on it, and says what each came to
    client     the judge's side of the sandbox: asks for trials, one after the other
    suite      which trials there are, and what follows from them; result is what one exercise comes to

A student's tests run in a process that knows the one API it runs them on, and not whether that is right or broken. What
it says is believed as no more than that: in this trial, this test passed or failed. Without knowing which trial it is,
nothing can be gained by lying.
"""
