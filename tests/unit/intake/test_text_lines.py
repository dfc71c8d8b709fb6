"""Physical lines and their encoding, detected once."""

from io import BytesIO

from reclamation_core.intake.text_sources import LINE_LIMIT, BadLine, TextLines


def lines(content: bytes, encoding: str | None = None) -> list[str | BadLine]:
    return list(TextLines(BytesIO(content), encoding))


def encoding_of(content: bytes) -> str | None:
    read = TextLines(BytesIO(content))
    list(read)
    return read.encoding


def test_lines_include_their_ends_and_end_with_lf_alone() -> None:
    assert lines(b"a\nb\r\nc\rd\n\ne") == ["a\n", "b\r\n", "c\rd\n", "\n", "e"]
    assert lines(b"") == []
    text = "a\u2028b\u2029c\x85d\x0be\x0cf\x1cg"
    assert lines(text.encode()) == [text]


def test_the_first_line_that_is_not_ascii_settles_the_encoding() -> None:
    for content, encoding in [
        (b"abc\n", None),
        ("é\n".encode(), "utf-8"),
        (b"\xe9\n", "windows-1252"),
        (b"\xef\xbb\xbfabc\n", "utf-8"),
        (b"abc\n" * 300_000 + b"\xe9t\xe9\n", "windows-1252"),
        (b"abc\n" * 300_000 + "été\n".encode(), "utf-8"),
    ]:
        assert encoding_of(content) == encoding, content


def test_a_mark_is_no_part_of_the_first_line() -> None:
    assert lines(b"\xef\xbb\xbfreference\n") == ["reference\n"]
    assert lines(b"a\n\xef\xbb\xbfb\n") == ["a\n", "\ufeffb\n"]


def test_a_line_in_another_encoding_or_with_a_nul_is_bad_alone() -> None:
    first, bad, last = lines("é\n".encode() + b"\xe9\n" + "à\n".encode())
    assert (first, last) == ("é\n", "à\n")
    assert isinstance(bad, BadLine)
    assert bad.text == "\ufffd\n"
    assert "utf-8" in bad.expected.fr

    first, bad = lines(b"\xe9\n\x81\n")
    assert first == "é\n"
    assert isinstance(bad, BadLine)
    assert "windows-1252" in bad.expected.en

    first, bad, last = lines(b"a\nb\0c\nd\n")
    assert (first, last) == ("a\n", "d\n")
    assert isinstance(bad, BadLine)
    assert bad.text == "b\0c\n"


def test_a_forced_encoding_is_used() -> None:
    assert lines("é\n".encode(), "windows-1252") == ["Ã©\n"]
    assert lines(b"\xa4\n", "iso-8859-15") == ["€\n"]


def test_a_line_is_bad_from_the_limit_on_and_cut() -> None:
    first, bad, last = lines(b"a\n" + b"x" * (3 * LINE_LIMIT) + b"\nb\n")
    assert (first, last) == ("a\n", "b\n")
    assert isinstance(bad, BadLine)
    assert bad.text == "x" * 2000 + " […]"
    assert str(LINE_LIMIT) in bad.expected.fr
    _, bad = lines(("é\nx" + "é" * LINE_LIMIT).encode())  # cut within a letter
    assert isinstance(bad, BadLine)
    assert bad.text == "x" + "é" * 999 + "\N{REPLACEMENT CHARACTER} […]"
    (line, last) = lines(b"x" * (LINE_LIMIT - 1) + b"\nb\n")
    assert line == "x" * (LINE_LIMIT - 1) + "\n"
    assert last == "b\n"
    (bad,) = lines(b"x" * LINE_LIMIT)
    assert isinstance(bad, BadLine)
    assert bad.text.startswith("xxx")
    assert str(LINE_LIMIT) in bad.expected.fr
