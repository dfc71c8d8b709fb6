"""Documents: strict conversion between objects and plain data, versions, and one canonical text for each document."""

from reclamation_core.documents.canonical import canonical_json, parse_json
from reclamation_core.documents.codec import configure_converter, make_converter, structure

__all__ = ["canonical_json", "configure_converter", "make_converter", "parse_json", "structure"]
