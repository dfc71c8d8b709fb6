"""Documents: strict conversion between objects and plain data, versions, and one canonical text for each document."""

from reclamation_core.documents.canonical import canonical_json, parse_json
from reclamation_core.documents.chain import first_link, link, links
from reclamation_core.documents.codec import Codec, Encoding, Structure
from reclamation_core.documents.converter import configure_converter, make_converter, structure
from reclamation_core.documents.faults import redact_all_text, redact_misplaced
from reclamation_core.documents.schema import Describe, Schema
from reclamation_core.documents.variants import Variants
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
