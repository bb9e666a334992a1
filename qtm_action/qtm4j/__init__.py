"""The client of QTM4J's import protocol: transport, the three steps, tracking until done.

The client itself is :class:`qtm_action.qtm4j.client.Qtm4j`. It is not imported here, because it
imports requests, which takes long for code that only needs the values of :mod:`qtm_action.qtm4j.values`.
"""
