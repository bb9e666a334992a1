"""The import spec: YAML with positions, its JSON Schema, messages, and the typed values."""
