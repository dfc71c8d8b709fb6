"""Conformance cases as JSON: strict both ways, in a format that says its version."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from typing import Any, Final

from reclamation_core.cases.documents import FACTS
from reclamation_core.documents import Codec, Encoding, Schema, Structure, Variants, parse_json
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.testing.conformance.cases import (
    AcknowledgementCase,
    Act,
    Assessed,
    Code,
    Conformance,
    ConformanceCase,
    DeadlineCase,
    QualificationCase,
    RetentionCase,
    Situation,
    SuspensionCase,
)
from reclamation_core.wording import Wording

_SHIPPED: Final = "conformance-m2-1.json"


def _one_of(types: tuple[type, ...], expected: Wording) -> Any:
    def read(value: Any, _: Structure) -> Any:
        if type(value) not in types:
            raise FaultsError((Fault("", value, expected),))
        return value

    return read


_CODES: Final = Encoding(
    annotation=Code,
    read=_one_of(
        (str, int), Wording("un code ou un nombre entier est attendu", "a code or a whole number is expected")
    ),
    schema=lambda _: {"type": ["string", "integer"]},
)
_SITUATIONS: Final = Encoding(
    annotation=Situation,
    read=_one_of((bool, str), Wording("vrai, faux ou un code est attendu", "true, false or a code is expected")),
    schema=lambda _: {"type": ["boolean", "string"]},
)
_CASES: Final = Variants(
    annotation=ConformanceCase,
    classes={
        "assessment": Assessed,
        "deadline": DeadlineCase,
        "acknowledgement": AcknowledgementCase,
        "qualification": QualificationCase,
        "retention": RetentionCase,
        "suspension": SuspensionCase,
        "act": Act,
    },
    key="kind",
)
_FILES: Final = Variants(annotation=Conformance, classes={"conformance": Conformance})
CODEC: Final = Codec((_FILES, _CASES, FACTS), encodings=(_CODES, _SITUATIONS))


def conformance_text(conformance: Conformance) -> str:
    """Conformance cases as JSON, one case a line, so that two files can be compared line by line."""
    document = CODEC.write(conformance)
    cases = ",\n".join(json.dumps(case, ensure_ascii=False) for case in document.pop("cases"))
    head = json.dumps(document, ensure_ascii=False)[:-1]
    return f'{head}, "cases": [\n{cases}\n]}}\n'


def parse_conformance(text: str) -> Conformance:
    """The conformance cases that a JSON text tells.

    Raises:
        FaultsError: it is no JSON, or is not in this format: all the faults at once, each with its path.
    """
    return CODEC.read(parse_json(text), Conformance)


def read_conformance(path: str | Path) -> Conformance:
    """The conformance cases of a file, in UTF-8.

    Raises:
        OSError: the file cannot be read.
        FaultsError: as `parse_conformance`.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        expected = Wording("un fichier JSON en UTF-8 est attendu", "a JSON file in UTF-8 is expected")
        raise FaultsError((Fault("$", str(path), expected),)) from error
    return parse_conformance(text)


def shipped_conformance() -> Conformance:
    """The conformance cases of M2-1 that the package brings, in `reclamation_core/testing/data`."""
    return parse_conformance(shipped_text())


def shipped_text() -> str:
    """The file that the package brings."""
    folder = resources.files("reclamation_core.testing").joinpath("data")
    return folder.joinpath(_SHIPPED).read_text(encoding="utf-8")


def conformance_schema() -> Schema:
    """The JSON Schema (draft 2020-12) of a file of conformance cases."""
    return CODEC.schema(Conformance, "conformance")
