"""The index of words: made, missing, of another SQLite, and without the words of erased texts."""

from pathlib import Path

import pytest

from reclamation_core.adapters import InMemoryStore, SqlAlchemyStore, rebuild_projections, upgrade
from reclamation_core.adapters.sqlalchemy import summaries, word_index
from reclamation_core.adapters.sqlalchemy.schema import check
from reclamation_core.adapters.sqlalchemy.word_index import is_present, is_usable
from reclamation_core.desk import Desk
from reclamation_core.ports import CaseQuery, SchemaError, Store
from reclamation_core.vocabulary import Role
from tests.hosts import HOSTS, sqlite_url
from tests.inside import database_of, engine_of
from tests.unit.adapters.sqlalchemy.asking import rows, run
from tests.unit.desk import factories

WORD = "quatrebarbes"


def desk_on(store: Store) -> Desk:
    clock = factories.FakeClock(factories.at(1, month=7))
    return Desk(store, sites=factories.SITES, clock=clock, clock_limit=None).acting("Mme Roux", Role.RQR)


def filled(store: Store) -> Desk:
    desk = desk_on(store)
    for number in range(6):
        factories.registered(
            desk,
            ("CRE", "STR")[number % 2],
            complainant=f"Mme {WORD}",
            verbatim=f"la salle {'abc'[number % 3]}{number} est froide",
        )
    factories.closed(desk, complainant=f"M. {WORD}", verbatim="la salle a1 est froide")
    return desk


ORDERS = ("reference", "received", "due", "level")
TEXTS = ("salle", "froide a", "a1", "b", WORD, f"{WORD} c5", "licorne", "sal fro", "la salle est froi")


def counted(desk: Desk) -> list[int]:
    return [desk.cases.count(CaseQuery(text=one, in_names=names)) for one in TEXTS for names in (True, False)]


def searched(desk: Desk) -> list[tuple[list[str], int | None]]:
    """Return what each search finds, and how many, in all cases and in those of a site."""
    found = [each.cases.search(one) for each in (desk, desk.scoped(site="CRE")) for one in TEXTS]
    return [([hit.case.reference for hit in one.hits], one.total) for one in found]


@pytest.mark.parametrize(("few", "cases", "found"), [(0, 99, 9_900), (0, 1_000, 1), (2, 1_000, 20), (5_000, 99, 9_900)])
def test_a_search_finds_the_same_with_and_without_the_index(
    store: SqlAlchemyStore, few: int, cases: int, found: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(summaries, "_FEW", dict.fromkeys(("sqlite", "postgresql"), few))
    monkeypatch.setattr(summaries, "_MOST_LISTED", few)
    monkeypatch.setattr(summaries, "estimate", lambda *_: word_index.SearchEstimate(cases, found))
    desk = filled(store)
    oracle = filled(InMemoryStore())
    with_index = counted(desk)
    of_searches = searched(desk)
    with engine_of(store).begin() as connection:
        word_index.remove(connection)
    without = desk_on(SqlAlchemyStore(engine_of(store)))
    assert with_index == counted(without) == counted(oracle)
    assert of_searches == searched(without) == searched(oracle)


def test_a_page_of_frequent_words_is_read_among_the_first_cases_of_postgresql(
    on_postgresql: SqlAlchemyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(summaries, "estimate", lambda *_: word_index.SearchEstimate(1_000, 1_000))
    desks = [filled(on_postgresql), filled(InMemoryStore())]

    def pages(query: CaseQuery) -> list[list[tuple[str, ...]]]:
        found = [
            desk.cases.summaries(query, order_by=by, descending=by == "due", limit=1) for by in ORDERS for desk in desks
        ]
        return [[tuple(one.reference for one in page.summaries), page.damaged] for page in found]

    for query in (CaseQuery(text="la salle"), CaseQuery(text="salle", sites={"STR"}), CaseQuery(text="licorne")):
        found = pages(query)
        assert found[::2] == found[1::2], query
    run(on_postgresql, "UPDATE reclamation_cases SET nature = 'x' WHERE reference = 'R-2026-000001'")
    page = desks[0].cases.summaries(CaseQuery(text="la salle"), order_by="reference", limit=1)
    assert ([one.reference for one in page.summaries], page.damaged) == (["R-2026-000002"], ("R-2026-000001",))


def test_a_short_prefix_of_many_words_is_not_looked_up(tmp_path: Path) -> None:
    store = SqlAlchemyStore.open(sqlite_url(tmp_path))
    desk = desk_on(store)
    factories.registered(desk, verbatim=" ".join(f"a{number}" for number in range(70)))
    words = [CaseQuery(text=one).words for one in ("a", "a6", "b a")]
    assert [one is not None and is_usable(database_of(store), one) for one in words] == [False, True, True]
    assert [desk.cases.count(CaseQuery(text=one)) for one in ("a", "a6", "b a")] == [1, 1, 0]
    store.close()


def test_an_index_or_a_table_that_is_missing_is_made_again(store: SqlAlchemyStore) -> None:
    desk = filled(store)
    before = counted(desk)
    with engine_of(store).begin() as connection:
        word_index.remove(connection)
    with pytest.raises(SchemaError, match="the index of words"):
        check(engine_of(store))
    assert [one.en for one in upgrade(engine_of(store))] == ["the index of words"]
    check(engine_of(store))
    assert counted(desk) == before
    run(store, "DROP TABLE reclamation_case_search")
    assert [one.en for one in upgrade(engine_of(store))] == ["table reclamation_case_search", "the index of words"]
    assert rebuild_projections(engine_of(store)) == 7
    assert counted(desk) == before
    desk.anonymise("R-2026-000007")
    assert desk.cases.count(CaseQuery(text="m. quatre")) == 0


def test_the_sites_of_cases_are_added_to_the_words_of_an_older_register(store: SqlAlchemyStore) -> None:
    desk = filled(store)
    desk.reroute("R-2026-000001", handling_unit="STR")
    before = searched(desk)
    for reference, words in rows(store, "SELECT case_reference, words FROM reclamation_case_search"):
        older = f"UPDATE reclamation_case_search SET words = '{words.partition('~~')[0]}'"
        run(store, f"{older} WHERE case_reference = '{reference}'")
    run(store, "UPDATE reclamation_schema SET version_num = '0030'")
    assert searched(desk) != before
    upgrade(engine_of(store))
    assert (searched(desk), [*desk.verify()]) == (before, [])
    assert desk.cases.count(CaseQuery(text="salle", sites=["CRE", *map(str, range(20_000))])) == 4


def test_an_older_sqlite_searches_without_an_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "new").mkdir()
    made_by_a_new_one = sqlite_url(tmp_path / "new")
    SqlAlchemyStore.open(made_by_a_new_one).close()
    monkeypatch.setattr(word_index, "_OLDEST", (99,))
    store = SqlAlchemyStore.open(f"sqlite:///{tmp_path}/old.db")
    desk = filled(store)
    with engine_of(store).connect() as connection:
        assert not is_present(connection)
    assert counted(desk) == counted(filled(InMemoryStore()))
    check(engine_of(store))
    store.close()
    with pytest.raises(SchemaError, match=r"SQLite 3\.42"):
        SqlAlchemyStore.open(made_by_a_new_one)
    assert [one.en for one in upgrade(made_by_a_new_one)] == ["SQLite 3.42, with FTS5, to maintain the index of words"]
    SqlAlchemyStore.open(made_by_a_new_one).close()


def test_the_index_of_sqlite_is_consistent_after_changes_and_erasures(tmp_path: Path) -> None:
    store = SqlAlchemyStore.open(sqlite_url(tmp_path))
    desk = filled(store)
    desk.add_support("R-2026-000001", kind="email", title="le courriel du formateur")
    desk.reroute("R-2026-000001", handling_unit="STR")
    desk.anonymise("R-2026-000007")
    for table in ("data", "idx"):
        stored = rows(store, f"SELECT * FROM reclamation_case_words_{table}")
        assert not any(b"m. quatre" in bytes(str(row), "utf-8") for row in stored)
    run(store, "INSERT INTO reclamation_case_words (reclamation_case_words) VALUES ('integrity-check')")
    assert desk.cases.count(CaseQuery(text="formateur salle")) == 1
    store.close()


@pytest.mark.postgresql
def test_the_index_of_postgresql_has_no_erased_word_after_the_nightly_job(on_postgresql: SqlAlchemyStore) -> None:
    store = on_postgresql
    desk = desk_on(store)
    reference = factories.registered(desk, complainant=f"Mme {WORD}").reference
    desk.assign(reference, to=WORD)
    desk.withdraw(reference, words="le client a obtenu sa réponse")
    desk.close(reference, reason="withdrawn")
    desk.anonymise(reference)
    assert desk.maintenance.nightly().failures == ()
    for index in _files(store)[2:]:
        assert WORD.encode() not in Path(index).read_bytes(), index
    # The free space of a page may have old bytes until it is used again; the page says what removes them.
    with engine_of(store).connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM (FULL) reclamation_case_texts, reclamation_case_search")
    assert [name for name in _files(store) if WORD.encode() in Path(name).read_bytes()] == []


@pytest.mark.postgresql
def test_a_role_that_may_not_maintain_the_tables_is_logged(
    on_postgresql: SqlAlchemyStore, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(word_index, "_TABLE", "missing")
    assert not on_postgresql.vacuum()
    assert "REINDEX TABLE CONCURRENTLY missing" in caplog.text


def _files(store: SqlAlchemyStore) -> list[str]:
    run(store, "CHECKPOINT")
    indexes = [f"ix_reclamation_case_search_{name}" for name in ("words", "assigned_to")]
    names = ("reclamation_case_search", "reclamation_case_texts", *indexes)
    folder = rows(store, "SHOW data_directory")[0][0]
    return [f"{folder}/{rows(store, f'''SELECT pg_relation_filepath('{name}')''')[0][0]}" for name in names]


@pytest.mark.parametrize("kind", ["sqlite3", "psycopg"])
def test_on_the_connection_of_a_host_the_index_follows_its_transaction(kind: str, tmp_path: Path) -> None:
    host = HOSTS[kind](tmp_path)
    host.begin()
    desk = host.desk()
    factories.registered(desk, complainant=f"Mme {WORD}")
    assert desk.cases.count(CaseQuery(text=WORD)) == 1
    host.rollback()
    assert host.desk().cases.count(CaseQuery(text=WORD)) == 0
    assert SqlAlchemyStore.from_connection(host.connection).vacuum() is (kind == "sqlite3")
    host.rollback()
    host.close()
