"""HTTP on requests, within limits of time and size, to no other origin than was asked for.

A request is a value (:mod:`~qtm_action.qtm4j.transport.request`), and so is what comes of it: an answer
(:mod:`~qtm_action.qtm4j.transport.answers`) or a failure (:mod:`~qtm_action.qtm4j.transport.failures`).
"""
