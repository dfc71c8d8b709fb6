"""Every text is accepted or refused as an address, and no output contains its password."""

import contextlib
import re
import traceback
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import URL

from reclamation_core.adapters import Settings, SqlAlchemyStore, open_engine
from reclamation_core.adapters.sqlalchemy.addresses import ASYNC_DRIVERS, display_url, read_address
from reclamation_core.ports import SchemaError, StoreError

MARK = "zq9"
REMEDY = re.compile("; write |; put three|; remove it, or write|, write %40 for @")
SIGNS = st.text(alphabet="@:/?#[]%&=+ \\.,;'\"\t\n\0é\ud800", max_size=3)
SECRETS = st.lists(SIGNS, max_size=3).map(lambda signs: MARK.join(["", *signs, ""]))
WORDS = st.sampled_from(["", "db", "x.db", "ada", "::1", "[::1]", "127.0.0.1", "localhost", ":memory:", "file:x", "%2"])
SCHEMES = st.sampled_from(["sqlite", "postgresql", "postgres", "postgresql+psycopg", "sqlite+aiosqlite", "mysql", ""])
PORTS = st.sampled_from(["", ":1", ":0", ":99999", ":x", ":-1"])
OPTIONS = st.lists(
    st.tuples(
        st.sampled_from(["password", "user", "host", "port", "mode", "uri", "vfs", "timeout", "sslmode", "colour"]),
        st.one_of(WORDS, SECRETS, st.sampled_from(["true", "1", "ro", "memory", "memdb", "a,b", "a:1"])),
    ),
    max_size=3,
)


@st.composite
def addresses(draw: st.DrawFn) -> str:
    """An address, however ill written, whose password holds the mark; shrinks towards the plainest."""
    secret = draw(SECRETS)
    options = draw(OPTIONS)
    scheme, slashes = draw(SCHEMES), draw(st.sampled_from(["://", ":///", ":", ":////", "//"]))
    named = scheme.startswith("sqlite") and slashes != "://"  # then it is the name of a file, which is display_url
    credentials = "" if named else draw(st.sampled_from(["", f"ada:{secret}@", f":{secret}@"]))
    asked = "".join(f"{'&' if number else '?'}{name}={value}" for number, (name, value) in enumerate(options))
    return f"{scheme}{slashes}{credentials}{draw(WORDS)}{draw(PORTS)}/{draw(WORDS)}{asked}"


@given(addresses())
def test_an_address_is_taken_or_refused_and_its_password_is_not_shown(text: str) -> None:
    for read in (read_address, lambda same: read_address(same, ASYNC_DRIVERS)):
        try:
            told, remedy = display_url(read(text)), True
        except ValueError as error:
            told, remedy = "".join(traceback.format_exception(error)), REMEDY.search(str(error)) is not None
        assert MARK not in told
        assert remedy


PARTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1)


@given(PARTS, PARTS, PARTS)
def test_whatever_an_address_names_can_be_written_in_percents(user: str, password: str, database: str) -> None:
    named, secret, where = (quote(part, safe="") for part in (user, password, database))
    url = read_address(f"postgresql://{named}:{secret}@db/{where}")
    assert (url.username, url.password, url.host, url.port) == (user, password, "db", None)
    assert url.database in {database, where}  # SQLAlchemy 2.0 leaves it as it is written
    assert read_address(URL.create("postgresql", user, password, "db", database=database)).database == database


@contextlib.contextmanager
def elsewhere() -> Iterator[None]:
    with TemporaryDirectory() as folder, contextlib.chdir(Path(folder)):
        yield


@given(addresses())
def test_opening_at_any_address_that_is_taken_works_or_says_what_is_wrong(text: str) -> None:
    try:
        url = open_engine(text).url
    except ValueError:
        return
    if (url.host, url.query.get("host")) not in {(None, None), ("127.0.0.1", None), ("::1", None)}:
        return  # nobody is to be asked for by name
    if url.get_backend_name() == "sqlite" and Path(url.database or "").is_absolute():
        return
    with elsewhere():
        try:
            SqlAlchemyStore.open(text, Settings(wait=0.1)).close()
        except (SchemaError, StoreError) as error:
            told = "".join(traceback.format_exception(error))
            assert MARK not in told
