"""An embedded QTM4J server for trying a pipeline without a Jira."""
