"""The QTM4J REST client: transport, the three calls, and tracking until done."""
