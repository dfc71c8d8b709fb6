"""Own facts of an edition on the commands of a desk: admitted, committed, erased, unused, read without the edition."""

import json
import pickle
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from reclamation_core import ComplaintFacts, Desk, MalfunctionFacts
from reclamation_core.adapters import InMemoryStore, SqlAlchemyStore
from reclamation_core.cases import CommandRefusedError, TextKind, documents
from reclamation_core.cases.plain import CODEC as PLAIN
from reclamation_core.desk.errors import SourceConflictError
from reclamation_core.documents import canonical_json
from reclamation_core.errors import FaultsError
from reclamation_core.frames import caseload
from reclamation_core.integrations.api import Api
from reclamation_core.integrations.api.requests import ApiRequest
from reclamation_core.missing import ABSENT, UNKNOWN
from reclamation_core.policy import PolicyBook, UnknownEditionError, m2_1
from reclamation_core.policy.own_facts import admit
from reclamation_core.ports import CaseQuery
from reclamation_core.reporting import Report, report_bytes
from reclamation_core.schemas import document_schema
from reclamation_core.vocabulary import Level
from reclamation_core.vocabulary.facts import by_key, label_of
from reclamation_core.vocabulary.own_facts import NO_OWN_FACTS, OwnFacts, OwnText, own_facts
from reclamation_core.wording import LANGUAGES, Lang, Wording
from tests.typography import plain
from tests.unit.policy.own_facts import FUNDER, GROUP_SIZE, HOURS, SESSION, SUBCONTRACTED, own_policy

RECEIVED = datetime(2026, 5, 4, 7, tzinfo=UTC)
OWN: dict[str, Any] = {
    "subcontracted": False,
    "funder": "opco",
    "priority": "high",
    "group_size": 12,
    "hours": 7.5,
    "started": date(2026, 4, 1),
    "session": "Créteil 12 b",
    "born": date(1990, 2, 1),
}


def new_desk(policy: Any = None) -> Desk:
    return Desk.in_memory(policy=own_policy() if policy is None else policy)


def facts(**own: Any) -> ComplaintFacts:
    return ComplaintFacts(received_at=RECEIVED, channel="email", own=own)


def refusal(desk: Desk, reference: str, **own: Any) -> dict[str, str]:
    with pytest.raises(FaultsError) as caught:
        desk.correct(reference, reason="erreur", own=own)
    return {fault.path: fault.expected.en for fault in caught.value.faults}


def test_own_values_are_registered_and_texts_are_committed() -> None:
    case = new_desk().register(facts(**OWN), site="CRE")

    own = case.facts.own
    assert {name: value for name, value in own.items() if not isinstance(value, OwnText)} == {
        "subcontracted": False,
        "funder": "opco",
        "priority": "high",
        "group_size": 12,
        "hours": Decimal("7.5"),
        "started": date(2026, 4, 1),
    }
    assert {name: case.read(own[name]) for name in ("session", "born")} == {
        "session": "Créteil 12 b",
        "born": "1990-02-01",
    }
    assert {name: text.personal for name, text in own.texts()} == {"born": True, "session": False}
    text = json.dumps(documents.case_document(case)) + json.dumps(documents.state_document(case)) + repr(case)
    assert not [word for word in ("1990-02-01", "12 b") if word in text]
    assert "1990-02-01" in canonical_json(documents.vault_document(case.vault))


def test_documents_are_read_without_the_edition() -> None:
    case = new_desk().register(facts(**OWN), site="CRE")
    document = json.loads(json.dumps(documents.case_document(case)))

    assert documents.read_case(document, case.vault) == case
    assert documents.read_state(json.loads(json.dumps(documents.state_document(case))), case.events, case.vault) == case
    assert pickle.loads(pickle.dumps(case)) == case
    digests = {name: text.digest for name, text in case.facts.own.texts()}
    assert document["events"][0]["data"]["facts"]["own"] == {
        "subcontracted": False,
        "funder": "opco",
        "priority": "high",
        "group_size": 12,
        "hours": {"number": "7.5"},
        "started": {"day": "2026-04-01"},
        "session": {"text": {"digest": digests["session"]}},
        "born": {"personal": {"digest": digests["born"]}},
    }


def test_facts_without_own_values_have_no_key_for_them() -> None:
    plain = ComplaintFacts(received_at=RECEIVED, own={"subcontracted": None})
    assert plain.own is NO_OWN_FACTS
    assert plain == ComplaintFacts(received_at=RECEIVED)
    assert "own" not in documents.facts_document(plain)
    assert "own" not in PLAIN.write(plain)
    assert pickle.loads(pickle.dumps(plain)).own is NO_OWN_FACTS


def test_views_have_the_values_as_commands_take_them() -> None:
    desk = new_desk()
    case = desk.register(facts(**OWN), site="CRE")
    view = case.to_document(texts=True)["facts"]
    assert view["own"] == OWN | {"hours": "7.5", "started": "2026-04-01", "born": "1990-02-01"}
    hidden = case.to_document()["facts"]["own"]
    assert (hidden["born"], hidden["session"]) == (None, None)
    again = desk.execute(None, {"type": "register", "facts": view, "site": "CRE"})
    assert dict(again.facts.own) | {"born": 0, "session": 0} == dict(case.facts.own) | {"born": 0, "session": 0}
    assert document_schema("facts.complaint")["properties"]["own"]["maxProperties"] == 200


def test_an_own_fact_that_was_unknown_is_completed_once_and_judged_again() -> None:
    desk = new_desk()
    reference = desk.register(facts(), site="CRE").reference

    case = desk.complete_facts(reference, own={"subcontracted": True, "hours": 3})
    assert (case.level, dict(case.facts.own)) == (Level.REGIONAL, {"subcontracted": True, "hours": 3})
    with pytest.raises(CommandRefusedError, match="Known already: subcontracted service"):
        desk.complete_facts(reference, own={"subcontracted": False})
    assert desk.complete_facts(reference, own={"subcontracted": True}).facts.own == case.facts.own
    case = desk.correct(reference, reason="erreur", own={"subcontracted": None})
    assert (case.level, dict(case.facts.own)) == (Level.LOCAL, {"hours": 3})
    assert [entry.sentence for entry in case.timeline()][1:] == [
        "informations complétées : hours (3), subcontracted (oui)",
        "informations complétées : ",
        "informations rectifiées : subcontracted (inconnu) ; motif : erreur",
    ]
    with pytest.raises(FaultsError, match="at least one fact"):
        desk.complete_facts(reference, own={})


def test_commands_as_plain_data_take_own_values() -> None:
    desk = new_desk()
    reference = desk.register(facts(), site="CRE").reference
    own = {"started": "2026-04-01", "hours": 7.5, "funder": {"missing": "unknown"}, "group_size": None}
    case = desk.execute(reference, {"type": "complete_facts", "facts": {"own": own}})
    assert case.facts.own == {"started": date(2026, 4, 1), "hours": Decimal("7.5")}
    wrong: Any
    for wrong in (3, {"A": 1}, {"hours": []}, {"hours": {"number": "1"}}, {"session": "a\0"}):
        with pytest.raises(FaultsError, match=r"facts\.own"):
            desk.execute(reference, {"type": "complete_facts", "facts": {"own": wrong}})


def test_a_value_that_the_edition_does_not_declare_is_refused_when_it_is_new() -> None:
    desk = new_desk()
    reference = desk.register(facts(funder="opco"), site="CRE").reference

    assert refusal(desk, reference, funder="DIF") == {"own.funder": "funder: one of opco, region is expected"}
    found = refusal(desk, reference, contract="12", group_size=0, session="Madame Durand, 12 rue des Lilas", hours=-1)
    assert list(found) == ["own.contract", "own.group_size", "own.hours", "own.session"]
    assert "the edition 'own' does not declare this fact" in found["own.contract"]
    wrong: Any
    for wrong in (OwnText(digest="0" * 64), {"a": 1}, datetime(2026, 5, 4, tzinfo=UTC), float("nan"), ABSENT):
        with pytest.raises((FaultsError, TypeError), match=r"own\.session"):
            desk.correct(reference, reason="erreur", own={"session": wrong})
    for wrong in (3, {3: 1}, {f"f{n}": 1 for n in range(201)}):
        with pytest.raises(FaultsError, match="own"):
            desk.correct(reference, reason="erreur", own=wrong)
        with pytest.raises(FaultsError, match="own"):
            ComplaintFacts(received_at=RECEIVED, own=wrong, channel="x")
    with pytest.raises(FaultsError, match=r"own\.funder.*for complaints alone"):
        desk.register(MalfunctionFacts(received_at=RECEIVED, own={"funder": "opco"}), site="CRE")
    with pytest.raises(FaultsError, match=r"own\.subcontracted"):
        Desk.in_memory().register(facts(subcontracted=True), site="CRE")


def test_texts_of_own_facts_are_never_shown_before_they_are_sealed() -> None:
    assert "Durand" not in repr(facts(session="Durand", born=date(1990, 2, 1), hours=1))
    with pytest.raises(ValueError, match="text in clear"):
        documents.facts_document(facts(session="Mme Durand"))
    with pytest.raises(ValueError, match="text in clear"):
        documents.facts_document(facts(session=OwnText("Durand")))
    for wrong in (
        {"session": "Mme Durand"},
        {"session": {"text": "Durand"}},
        {"session": {"text": {"digest": 3}}},
        {"hours": 0.5},
        {"hours": {"what": 1}},
        {"hours": {"number": "x"}},
        {"A": 1},
    ):
        with pytest.raises(FaultsError, match=r"own\.") as caught:
            documents.read_facts(
                {"type": "complaint", "version": 1, "received_at": "2026-05-04T07:00:00+00:00", "own": wrong}
            )
        assert "Durand" not in str(caught.value)


def test_own_texts_are_erased_with_the_texts_of_their_kind() -> None:
    desk = new_desk()
    reference = desk.register(facts(session="12 b", born=date(1990, 2, 1)), site="CRE", complainant="Mme D").reference
    case = desk.correct(reference, reason="erreur", own={"born": "1991-01-01"})
    assert {kind: len(case.texts_of([kind])) for kind in TextKind} == {TextKind.PERSONAL: 5, TextKind.FREE: 2}
    case = desk.correct(reference, reason="clos", own={"session": None})
    assert len(case.texts_of([TextKind.FREE])) == 3


def test_a_message_registered_again_is_compared_by_its_own_values_but_texts() -> None:
    desk = new_desk()
    case = desk.register(facts(**OWN), site="CRE", source="m1")
    assert desk.register(facts(**OWN | {"session": "other"}), site="CRE", source="m1").reference == case.reference
    with pytest.raises(SourceConflictError, match=r"other facts \(funder\)") as caught:
        desk.register(facts(**OWN | {"funder": "region"}), site="CRE", source="m1")
    assert caught.value.facts == ("own.funder",)
    with pytest.raises(SourceConflictError):
        desk.register(facts(**OWN | {"funder": "nobody"}), site="CRE", source="m1")
    with pytest.raises(SourceConflictError, match=r"other facts \(session\)"):
        desk.register(facts(**{name: OWN[name] for name in OWN if name != "session"}), site="CRE", source="m1")


def test_a_survey_result_has_own_values() -> None:
    case = new_desk().register_survey_result(5, received_at=RECEIVED, site="CRE", own={"group_size": 4})
    assert case.facts.own == {"group_size": 4}


def test_information_is_requested_on_own_facts_by_their_names() -> None:
    desk = new_desk()
    reference = desk.register(facts(hours=3), site="CRE").reference
    case = desk.request_information(reference, "own.subcontracted")
    assert case.open_request is not None
    assert case.timeline()[-1].sentence == "précisions demandées : subcontracted"
    assert desk.complete_facts(reference, own={"subcontracted": False}).open_request is None
    with pytest.raises(CommandRefusedError, match="Known already: hours"):
        desk.request_information(reference, "own.hours")
    with pytest.raises(FaultsError, match="name of a fact"):
        desk.request_information(reference, "own.Hours")


def written(report: Report, lang: Lang = "fr") -> str:
    """Return what a reader sees of a report, with plain spaces."""
    return plain(report_bytes(report, "html", lang).decode())


def test_reports_and_cards_name_own_facts_and_codes_by_their_labels(tmp_path: Path) -> None:
    desk = new_desk()
    given = facts(funder="opco", hours=7.5, session="12 b", born=date(1990, 2, 1))
    case = desk.register(given, site="CRE", occurred_at=RECEIVED)
    desk.request_information(case.reference, "own.subcontracted")
    case = desk.complete_facts(case.reference, own={"group_size": 4})
    desk.reports.audit(tmp_path / "audit", case=case.reference, texts=True)
    page = next(tmp_path.glob("audit/dossiers/*/*.html"), None) or next(tmp_path.glob("audit/dossiers/*.html"))

    file = desk.reports.case(case.reference, texts=True)
    sentences = {
        "fr": ("précisions demandées : prestation sous-traitée", "taille du groupe (4)", "OPCO", "Heures"),
        "en": ("information requested: subcontracted service", "size of the group (4)", "skills operator", "Hours"),
    }
    for lang in LANGUAGES:
        for words in sentences[lang]:
            assert words in written(file, lang), words
    (texts,) = (table for table in file.tables if table.name == "textes")
    assert {"session", "naissance"} <= {row.field.fr for row in texts.records}
    audited = plain(page.read_text(encoding="utf-8"))
    assert all(words in audited for words in sentences["fr"])
    register = (tmp_path / "audit" / "registre.csv").read_text(encoding="utf-8-sig").splitlines()
    assert register[0].endswith(";Heures;Début")
    assert register[1].endswith(";OPCO;;4;7,5;")
    card = plain(case.to_html(own=desk.own_facts()))
    assert "financeur : OPCO ; taille du groupe : 4 ; heures : 7,5" in card
    assert "own." not in card
    bare = plain(case._repr_html_())  # without the edition
    assert " funder : opco" in bare
    assert "own." not in bare
    (awaited,) = desk.agenda(date(2026, 12, 31)).answers
    assert awaited.question is not None
    assert awaited.question.en.endswith(": subcontracted service")
    desk.correct(case.reference, reason="erreur", own={"group_size": 5})
    assert "size of the group (5)" in desk.explain(case.reference, "en").text


def test_values_of_another_edition_are_unused_after_a_corrected_receipt() -> None:
    retired = FUNDER | {"codes": [*FUNDER["codes"][1:], {**FUNDER["codes"][0], "retired": True}]}
    old = own_policy("2025", in_force_until=date(2025, 12, 31))
    new = own_policy(
        "2026",
        facts=[retired, GROUP_SIZE | {"maximum": 10}, HOURS, SESSION, {**SUBCONTRACTED, "name": "direct"}],
        tables={},
        in_force_from=date(2026, 1, 1),
    )
    desk = new_desk(PolicyBook([old, new]))
    own: Any = {
        "funder": "opco",
        "group_size": 12,
        "hours": 3,
        "subcontracted": True,
        "session": "b",
        "born": "1990-01-01",
    }
    before = datetime(2025, 12, 30, 7, tzinfo=UTC)
    case = desk.register(ComplaintFacts(received_at=before, own=own), site="CRE")
    assert case.level is Level.REGIONAL

    case = desk.correct(case.reference, reason="date", received_at=datetime(2026, 1, 5, 7, tzinfo=UTC))
    assert (case.edition, case.level) == ("2026", Level.LOCAL)
    assert dict(case.facts.own) == {"funder": "opco", "hours": 3, "session": case.facts.own["session"]}
    assert list(case.facts.own.unused) == ["born", "group_size", "subcontracted"]
    assert documents.read_case(json.loads(json.dumps(documents.case_document(case))), case.vault) == case
    case = desk.correct(case.reference, reason="fait", own={"direct": True})
    assert list(case.facts.own.unused) == ["born", "group_size", "subcontracted"]
    assert refusal(desk, case.reference, subcontracted=False).keys() == {"own.subcontracted"}
    unused: dict[Lang, str] = {"fr": "Taille du groupe (inutilisée)", "en": "Size of the group (unused)"}
    for lang, shown in unused.items():
        file = written(desk.reports.case(case.reference), lang)
        assert shown in file
        assert {"fr": "OPCO", "en": "skills operator"}[lang] in file  # a code that the edition has retired
    changes = {one.name: one.after for one in case.timeline("en", own=desk.own_facts())[1].changes}
    assert (changes["own.group_size"], changes["own.born"]) == ("unused", "unused")
    page = case.to_html(own=desk.own_facts())
    assert "taille du groupe (inutilisée)" in page
    assert "Informations inutilisées" in page
    case = desk.correct(case.reference, reason="taille", own={"group_size": 9, "session": "c"})
    [session] = [one for one in case.timeline("en", own=desk.own_facts())[-1].changes if one.name == "own.session"]
    assert (session.before, session.after) == ("b", "c")
    assert (case.facts.own["group_size"], list(case.facts.own.unused)) == (9, ["born", "subcontracted"])

    case = desk.correct(case.reference, reason="date", received_at=before)
    assert (case.edition, case.level) == ("2025", Level.REGIONAL)
    assert case.facts.own["subcontracted"] is True
    assert (list(case.facts.own.unused), case.read(case.facts.own["born"])) == (["direct"], "1990-01-01")


@pytest.mark.parametrize("make", [InMemoryStore, lambda: SqlAlchemyStore.open("sqlite://")], ids=["memory", "sqlite"])
def test_a_register_whose_edition_is_lost_is_read_searched_and_exported(make: Any, tmp_path: Path) -> None:
    store = make()
    reference = Desk(store, policy=own_policy()).register(facts(**OWN), site="CRE").reference
    lost = Desk(store)

    case = lost.cases.get(reference)
    assert case.read(case.facts.own["session"]) == "Créteil 12 b"
    for query in (CaseQuery(own={"funder": "opco", "hours": 7.5}), CaseQuery(own_from={"started": date(2026, 4, 1)})):
        assert [one.reference for one in lost.cases.find(query).cases] == [reference]
    names = {"funder", "group_size", "hours", "priority", "started", "subcontracted"}
    assert (len(lost.own_facts()), set(lost.own_facts(stored=True))) == (0, names)
    header, row = (
        report_bytes(lost.reports.register(CaseQuery(own={"hours": 7.5})), "csv").decode("utf-8-sig").splitlines()
    )
    assert header.endswith(";Funder;Group_size;Hours;Priority;Started;Subcontracted")
    assert row.endswith(";opco;12;7,5;high;2026-04-01;non")
    file = written(lost.reports.case(reference, texts=True))
    assert all(text in file for text in ("Funder", "opco", "Session", "Créteil 12 b"))
    lost.reports.audit(tmp_path / "audit", case=reference)
    assert "opco" in (tmp_path / "audit" / "registre.csv").read_text(encoding="utf-8-sig")
    assert caseload(lost)["own_hours"].to_list() == [7.5]
    answer = Api().respond(lost, ApiRequest(method="GET", path="/cases", query=[("own_funder", "opco")]))
    assert reference.encode() in b"".join([answer.body])
    with pytest.raises(FaultsError, match="own_funders"):
        Api().respond(lost, ApiRequest(method="GET", path="/cases", query=[("own_funders", "opco")]))
    with pytest.raises(UnknownEditionError, match="'own'"):
        lost.correct(reference, reason="erreur", own={"hours": 8})
    store.close()


def test_own_facts_compare_by_value_and_hash() -> None:
    one, other = OwnFacts({"a": 1, "b": True}), OwnFacts({"b": True, "a": 1})
    assert (one == other, hash(one) == hash(other), one == {"a": 1, "b": True}) == (True, True, True)
    assert one != OwnFacts({"a": 1, "b": 1})
    assert OwnFacts({}, {"a": 1}) != {}
    assert one != 3
    assert repr(OwnFacts({"a": "code", "b": UNKNOWN})) == "{'a': ..., 'b': UNKNOWN}"


def test_m2_1_alone_declares_no_fact() -> None:
    assert m2_1().facts == ()
    assert PolicyBook([m2_1()]).facts == {}


def test_more_own_values_than_an_edition_declares_are_no_document() -> None:
    own = {f"f{n}": True for n in range(201)}
    with pytest.raises(FaultsError, match="at most 200 facts"):
        documents.read_facts(
            {"type": "complaint", "version": 1, "received_at": "2026-05-04T07:00:00+00:00", "own": own}
        )


def test_kept_values_are_used_where_another_edition_declares_them() -> None:
    declared = own_policy().facts_by_name
    kept = OwnFacts({"born": date(1990, 2, 1), "hours": UNKNOWN, "session": OwnText(digest="0" * 64)})
    assert own_facts(kept) is kept
    given = ComplaintFacts(received_at=RECEIVED, own=kept)
    own = admit(given, declared, "own", before=kept, is_same=False).own
    assert dict(own) == {"hours": UNKNOWN, "session": OwnText(digest="0" * 64)}
    assert dict(own.unused) == {"born": date(1990, 2, 1)}


def test_declared_facts_are_known_by_the_names_that_requests_have() -> None:
    assert by_key(own_policy().facts)["own.hours"].label.en == "hours"
    assert label_of("own.hours", own_policy().facts_by_name).fr == "heures"
    assert label_of("own.nothing").fr == "nothing"


def test_the_register_has_a_column_for_each_fact_that_may_be_shown() -> None:
    desk = new_desk()
    desk.register(facts(**OWN), site="CRE")
    desk.register(facts(), site="CRE")
    names = ["own_subcontracted", "own_funder", "own_priority", "own_group_size", "own_hours", "own_started"]

    report = desk.reports.register(CaseQuery(own={"funder": "opco"}), columns=["dossier", *names])
    table = report.tables[0]
    shown = [[column.value(entry) for column in table.columns[1:]] for entry in table.records]
    assert shown == [
        [False, Wording("OPCO", "skills operator"), Wording("high", "high"), 12, Decimal("7.5"), date(2026, 4, 1)]
    ]
    assert ("funder", "skills operator") in [(title.en, getattr(value, "en", value)) for title, value in report.filters]
    every = desk.reports.register()
    assert [column.name for column in every.tables[0].columns if column.name.startswith("own_")] == names
    lines = report_bytes(every, "csv").decode("utf-8-sig").splitlines()
    assert lines[0].endswith("Prestation sous-traitée;Financeur;Priorité;Taille du groupe;Heures;Début")
    assert lines[1].endswith(";non;OPCO;high;12;7,5;01/04/2026")
    assert lines[2].endswith(";;;;;;")
    with pytest.raises(FaultsError):
        desk.reports.register(columns=["own_born"])
