"""DMN documents as others give them: bytes in some encoding, parts that are not read, and the faults in French."""

import re
from typing import Any

import pytest

from reclamation_core.errors import FaultsError
from reclamation_core.missing import ABSENT
from reclamation_core.tables import from_dmn, to_dmn
from reclamation_core.tables.dmn.domains import literals
from tests.unit.tables.samples import scope_table
from tests.unit.tables.test_dmn import HEAD, asks, document, rule


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "cp1252"])
def test_bytes_are_read_in_the_encoding_that_they_declare(encoding: str) -> None:
    declared = encoding.removesuffix("-sig")
    text = re.sub(r"^<\?xml.*?\?>", "", to_dmn(scope_table()))
    assert from_dmn(f'<?xml version="1.0" encoding="{declared}"?>{text}'.encode(encoding))["in_scope"] == scope_table()
    # A str was decoded already; its declared encoding is ignored.
    assert from_dmn(f'<?xml version="1.0" encoding="{declared}"?>{text}')["in_scope"] == scope_table()


@pytest.mark.parametrize(
    "given",
    [b"", b"\xff\xfe", b'<?xml version="1.0" encoding="banana"?><a/>', b'<?xml version="1.0" encoding="big5"?><a/>'],
)
def test_bytes_that_are_no_xml_are_refused(given: bytes) -> None:
    with pytest.raises(FaultsError, match="an XML document is expected") as refused:
        from_dmn(given)
    assert [(fault.path, fault.value) for fault in refused.value.faults] == [("$", given)]


@pytest.mark.parametrize("given", [None, 5, ["<a/>"]])
def test_what_is_neither_text_nor_bytes_is_refused(given: Any) -> None:
    with pytest.raises(FaultsError, match=r"\$: .*; an XML document, as text or as bytes"):
        from_dmn(given)


def test_an_input_that_is_there_twice_is_refused() -> None:
    with pytest.raises(FaultsError, match=r"'allowed': inputs\.x: is given 2 times"):
        from_dmn(document(inputs=asks("x", "boolean") * 2, rules=rule("-", "-", "true")))


def decision(name: str, attributes: str = "") -> str:
    output = '<output typeRef="string"><outputValues><text>"a","b"</text></outputValues></output>'
    rules = rule("&lt; 5", '"a"') + rule("&gt;= 5", '"b"')
    table = f"<decisionTable>{asks('age', 'number')}{output}{rules}</decisionTable>"
    return f'<decision {attributes} name="{name}">{table}</decision>'


def several(*decisions: str) -> str:
    return f"{HEAD}{''.join(decisions)}</definitions>"


def test_decisions_may_have_no_id_and_two_of_one_id_or_name_are_refused() -> None:
    assert list(from_dmn(several(decision("one"), decision("two")))) == ["one", "two"]
    with pytest.raises(FaultsError) as refused:
        from_dmn(several(decision("one", 'id="x"'), decision("one", 'id="y"'), decision("two", 'id="y"')))
    assert [(fault.path, fault.value) for fault in refused.value.faults] == [
        ("decision.id", "y"),
        ("decision.name", "one"),
    ]


@pytest.mark.parametrize(("text", "told"), [
    (f"{HEAD}{'x' * 5_000_000}", f"{5_000_000 + len(HEAD)}; at most 5000000 characters are expected"),
    ("<a>" * 65, "'a'; at most 64 levels are expected"),
    (f"<a>{'<b/>' * 100_000}</a>", "'b'; at most 100000 elements and attributes are expected"),
    ("<a {}/>".format(" ".join(f"n{place}=''" for place in range(100_000))),
        "'a'; at most 100000 elements and attributes are expected"),
], ids=["characters", "levels", "elements", "attributes"])  # fmt: skip
def test_a_document_too_large_is_refused_while_it_is_read(text: str, told: str) -> None:
    with pytest.raises(FaultsError) as refused:
        from_dmn(text)
    assert [str(fault) for fault in refused.value.faults] == [f"$: {told}"]


def test_nested_and_sibling_elements_within_the_bound_are_read() -> None:
    more = f"{'<a>' * 60}{'</a>' * 60}" * 3
    assert list(from_dmn(several(more, decision("one")))) == ["one"]


def test_a_date_that_does_not_exist_is_no_literal() -> None:
    assert list(literals('date("2026-99-99"), 1, null')) == [1, ABSENT]
