"""Import automated test results into QMetry Test Management for Jira (QTM4J)."""

__version__ = "1.0.0"
