"""The client of QTM4J's import protocol: transport, the three steps, tracking until done.

The client itself is :class:`qtm_action.qtm4j.client.Qtm4j`. It is not named here, since it brings requests
with it, and whoever only needs the values of :mod:`qtm_action.qtm4j.values` should not wait for that.
"""
