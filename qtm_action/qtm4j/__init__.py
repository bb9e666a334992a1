"""The QTM4J REST client: transport, the three calls, and tracking until done.

Cheap to import: the libraries for HTTP and TLS are loaded when a :class:`Qtm4j` is made.
"""

from qtm_action.qtm4j.client import Qtm4j
from qtm_action.qtm4j.clock import Clock, SystemClock

__all__ = ["Clock", "Qtm4j", "SystemClock"]
