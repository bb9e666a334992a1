"""HTTP with the library requests, within limits of time and size, and only to the origin of the request.

A request is a value (:mod:`~qtm_action.qtm4j.transport.request`), and so is its outcome: an answer
(:mod:`~qtm_action.qtm4j.transport.answers`) or a failure (:mod:`~qtm_action.qtm4j.transport.failures`).
"""
