"""Reading XML that others wrote: elements and their texts, and nothing that a document could smuggle in."""

from __future__ import annotations

from typing import Any, Final, NoReturn
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from reclamation_core.errors import Fault, FaultsError
from reclamation_core.wording import Wording

LARGEST: Final = 5_000_000
"""How many characters, or bytes, a document may have."""
DEEPEST: Final = 64
"""How many elements may stand in each other."""
MOST: Final = 100_000
"""How many elements, and as many attributes, a document may have."""


def parse_xml(text: str | bytes) -> Element:
    """The root element of an XML document, names as `{namespace}name`.

    Args:
        text: the document; as bytes it is in the encoding that it declares, or in UTF-8.

    Raises:
        FaultsError: the text is no XML, or it declares a document type, by which entities could be defined, or it is
            too long, too deep, or has too many elements: each is refused before it costs anything.
    """
    given: object = text
    if not isinstance(given, str | bytes):
        expected = Wording("un document XML est attendu, en texte ou en octets", "an XML document, as text or as bytes")
        raise FaultsError((Fault("$", given, expected),))
    if len(text) > LARGEST:
        _refuse(len(text), f"au plus {LARGEST} caractères sont attendus", f"at most {LARGEST} characters are expected")
    builder = _BoundedBuilder()
    # What a text declares of its encoding was true of the bytes that it was made of.
    parser = expat.ParserCreate("utf-8" if isinstance(text, str) else None, "}")
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, attributes: builder.start(_name(name), _named(attributes))
    parser.EndElementHandler = lambda name: builder.end(_name(name))
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = _no_document_type
    try:
        parser.Parse(text.encode() if isinstance(text, str) else text, True)
    except FaultsError:
        raise
    except (expat.ExpatError, LookupError, ValueError) as error:  # no XML, or an encoding that is not read
        expected = Wording(f"un document XML est attendu ({error})", f"an XML document is expected ({error})")
        raise FaultsError((Fault("$", text, expected),)) from error
    return builder.close()


class _BoundedBuilder(TreeBuilder):
    """A builder that refuses the element that is too many, or too deep."""

    def __init__(self) -> None:
        super().__init__()
        self.depth = self.parts = 0

    def start(self, tag: object, attrs: dict[Any, Any], /) -> Element:
        self.depth += 1
        self.parts += 1 + len(attrs)
        if self.depth > DEEPEST:
            _refuse(
                tag, f"au plus {DEEPEST} niveaux d'éléments sont attendus", f"at most {DEEPEST} levels are expected"
            )
        if self.parts > MOST:
            expected = Wording(
                f"au plus {MOST} éléments et attributs sont attendus",
                f"at most {MOST} elements and attributes are expected",
            )
            _refuse(tag, expected.fr, expected.en)
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Element:
        self.depth -= 1
        return super().end(tag)


def _refuse(value: object, fr: str, en: str) -> NoReturn:
    raise FaultsError((Fault("$", value, Wording(fr, en)),))


def _no_document_type(*declared: object) -> NoReturn:
    expected = Wording(
        "un document sans DOCTYPE est attendu, qui ne définit pas d'entités ; retirez-le",
        "a document without a DOCTYPE is expected, which defines no entities; take it away",
    )
    raise FaultsError((Fault("$", f"DOCTYPE {declared[0]}", expected),))


def _name(name: str) -> str:
    return f"{{{name}" if "}" in name else name


def _named(attributes: dict[str, str]) -> dict[str, str]:
    return {_name(name): value for name, value in attributes.items()}
