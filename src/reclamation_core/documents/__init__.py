"""Documents: strict conversion between objects and plain data, versions, and one canonical text for each document."""

from reclamation_core.documents.canonical import canonical_json, first_link, link, links, parse_json
from reclamation_core.documents.codec import Codec, Describe, Encoding, Schema, Structure, Variants
from reclamation_core.documents.converter import (
    configure_converter,
    make_converter,
    redact_all_text,
    redact_misplaced,
    structure,
)
from reclamation_core.documents.versions import Plain, Upcaster, Versions, VersionsError
from reclamation_core.errors import REDACTED

__all__ = [
    "REDACTED",
    "Codec",
    "Describe",
    "Encoding",
    "Plain",
    "Schema",
    "Structure",
    "Upcaster",
    "Variants",
    "Versions",
    "VersionsError",
    "canonical_json",
    "configure_converter",
    "first_link",
    "link",
    "links",
    "make_converter",
    "parse_json",
    "redact_all_text",
    "redact_misplaced",
    "structure",
]
