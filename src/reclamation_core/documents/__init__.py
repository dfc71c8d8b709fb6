"""Documents: strict conversion between objects and plain data, versions, and one canonical text for each document."""

from reclamation_core.documents.canonical import canonical_json, parse_json
from reclamation_core.documents.codec import Codec, Encoding, Variants, configure_converter, make_converter, structure
from reclamation_core.documents.schema import json_schema
from reclamation_core.documents.versions import Upcaster, Versions

__all__ = [
    "Codec",
    "Encoding",
    "Upcaster",
    "Variants",
    "Versions",
    "canonical_json",
    "configure_converter",
    "json_schema",
    "make_converter",
    "parse_json",
    "structure",
]
