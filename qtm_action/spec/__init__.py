"""The import spec: YAML with positions, its JSON Schema, messages, and the typed values."""

from qtm_action.spec.effective_text import effective
from qtm_action.spec.import_spec import ImportSpec, InputValue, JsonValue, Location, Spec
from qtm_action.spec.json_schema import schema, schema_text
from qtm_action.spec.loading import load_spec, spec_from_inputs
from qtm_action.spec.rules import check_parameters

__all__ = [
    "ImportSpec",
    "InputValue",
    "JsonValue",
    "Location",
    "Spec",
    "check_parameters",
    "effective",
    "load_spec",
    "schema",
    "schema_text",
    "spec_from_inputs",
]
