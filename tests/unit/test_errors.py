import copy
import importlib
import importlib.metadata
import json
import pickle
import re
import runpy
import sys
import tomllib
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import attrs
import numpy as np
import pytest

from reclamation_core.cases import ClosingReason, CommandRefusedError
from reclamation_core.desk.errors import ReservedDocumentError
from reclamation_core.errors import (
    REDACTED,
    ErrorKind,
    Fault,
    FaultsError,
    MissingExtraError,
    ReclamationError,
    WordedError,
    describe_value,
    wording_of,
)
from reclamation_core.missing import ABSENT, UNKNOWN
from reclamation_core.plans import PlanScope
from reclamation_core.ports import SchemaError
from reclamation_core.reporting import LetterTemplateError
from reclamation_core.tables import TableDefinitionError
from reclamation_core.tables.errors import Finding, FindingKind
from reclamation_core.vocabulary import Channel, UnknownSiteError
from reclamation_core.wording import Wording
from scripts.surface import public_modules
from tests.approvals import approve_errors
from tests.unit.desk import factories

DAYS = Fault("deadline.days", -1, Wording("au moins 1 jour", "at least 1 day"))
SCALE = Fault("scale", "dix", Wording("un nombre entier", "an integer"))
ERRORS_PAGE = runpy.run_path(str(Path(__file__).parents[2] / "docs" / "_generators" / "errors.py"))
CODES = {
    "invalid": """
        internal_text invalid_address invalid_argument invalid_event_stream invalid_facts invalid_input
        invalid_plan_event_stream invalid_rows invalid_table naive_instant no_edition_in_force
        outside_horizon pdf_limit suspensions_not_allowed unknown_family unknown_outcome unknown_site unproved_table
    """,
    "not_found": """
        case_not_found document_not_found plan_not_found unknown_action unknown_edition unknown_published_plan
    """,
    "forbidden": """
        document_reserved outside_scope whole_store_only
    """,
    "conflict": """
        concurrent_change job_busy repeated_source source_conflict stale_read version_conflict wrong_clock
    """,
    "refused": """
        circular_link command_refused plan_command_refused step_out_of_order
    """,
    "unavailable": """
        changed_edition checkpoint delivery_failed document_damaged document_store_failed letter_template missing_extra
        pdf_busy
        store_busy store_damaged store_encoding store_failed store_full store_read_only store_replaced store_unreachable
        unsupported_schema
    """,
}
"""The codes that programs rely on, by kind."""


class NAType:
    """The null of pandas goes by its class name: the core does not import pandas."""


def test_a_fault_reads_as_one_sentence_in_each_language() -> None:
    assert DAYS.in_("fr") == "deadline.days : -1 ; au moins 1 jour"
    assert DAYS.in_("en") == str(DAYS) == "deadline.days: -1; at least 1 day"


@pytest.mark.parametrize("refused", [DAYS, FaultsError((DAYS,))])
def test_another_language_is_refused(refused: Fault | FaultsError) -> None:
    with pytest.raises(ValueError, match=r"^lang: 'de' is not a language"):
        refused.in_("de")  # type: ignore[arg-type]


def test_a_long_value_is_cut_in_the_sentence_and_kept_whole_in_the_fault() -> None:
    for length, shown in [(118, "x" * 118 + "'"), (119, "x" * 119 + "…"), (10**6, "x" * 119 + "…")]:
        fault = Fault("text", "x" * length, Wording("un texte court", "a short text"))
        assert (str(fault), fault.value) == (f"text: '{shown}; a short text", "x" * length), length


def test_an_error_shows_all_its_faults_one_a_line() -> None:
    error = FaultsError((DAYS, SCALE))
    assert error.in_("fr") == "deadline.days : -1 ; au moins 1 jour\nscale : « dix » ; un nombre entier"
    assert str(error) == "deadline.days: -1; at least 1 day\nscale: 'dix'; an integer"
    assert str(Fault("tables.a\n b", 1, Wording("un nom", "a name"))) == "tables.a  b: 1; a name"


def test_an_error_keeps_its_faults_as_a_tuple_in_their_order() -> None:
    assert FaultsError([SCALE, DAYS]).faults == (SCALE, DAYS)


def test_an_error_without_a_fault_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^faults: an input without a fault is not refused; give at least one Fault$"):
        FaultsError(())


def test_an_error_is_caught_as_the_librarys_own_and_as_a_value_error() -> None:
    assert issubclass(FaultsError, ReclamationError)
    assert issubclass(FaultsError, ValueError)


@pytest.mark.parametrize("travel", [copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error))])
def test_an_error_keeps_its_faults_through_a_copy_and_a_pickle(travel: object) -> None:
    assert callable(travel)
    assert travel(FaultsError((DAYS, SCALE))).faults == (DAYS, SCALE)


def test_two_errors_of_the_same_faults_are_two_errors() -> None:
    assert FaultsError((DAYS,)) != FaultsError((DAYS,))


def test_a_number_too_long_to_be_written_is_still_told() -> None:
    assert str(Fault("causes", 10**5000, Wording("un nombre", "a number"))) == "causes: ...; a number"


def worded(of: type[WordedError] = WordedError) -> Iterator[type[WordedError]]:
    """Return every error of the library that has a message in both languages."""
    for module in public_modules():
        importlib.import_module(module)
    for one in of.__subclasses__():
        # A decorator of attrs replaces the class that it is given, which lives on until it is collected.
        if one.__module__.startswith("reclamation_core") and vars(sys.modules[one.__module__]).get(one.__name__) is one:
            yield one
            yield from worded(one)


PARTS: dict[str, object] = {
    "text": Wording("niveau de criticité", "band of criticality"),
    "days": 3,
    "facts": ("channel", "received_at"),
    "day": date(2026, 5, 2),
    "first": date(2000, 1, 1),
    "last": date(2030, 12, 31),
    "instant": datetime(2026, 5, 2),  # noqa: DTZ001
    "dated": datetime(2099, 1, 1, tzinfo=UTC),
    "now": datetime(2026, 5, 2, tzinfo=UTC),
    "until": datetime(2026, 5, 2, tzinfo=UTC),
    "suspensions": ((date(2026, 5, 2), date(2026, 5, 3)),),
    "scope": PlanScope.site("CRE"),
    "found": 4,
    "expected": 3,
    "published": 2,
    "given": PlanScope.site("STD"),
    "known": ("CRE", "STD"),
    "reason": "an event is missing",
    "editions": ("M2-1",),
    "sites": ("CRE",),
    "findings": (Finding(FindingKind.GAP, "", 2, {"late": False}, (), Wording("un vide", "a gap")),),
    "fault": Wording("ce n'est pas une adresse ; écrivez-en une", "this is no address; write one"),
}
OWN_PARTS: dict[type[WordedError], dict[str, object]] = {
    LetterTemplateError: {"problem": Wording("<problem>", "<problem>")},
    ReservedDocumentError: {"roles": ("<roles>",)},
    SchemaError: {"found": "0004", "expected": "0003"},
    TableDefinitionError: {"reason": Wording("<reason>", "<reason>")},
}
ARGUMENTS = {
    "AddressError": "url",
    "CaseNotFoundError": "reference",
    "CircularLinkError": "to",
    "DocumentNotFoundError": "key",
    "InternalTextError": "audience",
    "LetterTemplateError": "templates",
    "NoEditionError": "received_at",
    "OutcomeError": "outcome",
    "OutsideScopeError": "site",
    "PdfLimitError": "format",
    "PlanNotFoundError": "scope",
    "RepeatedSourceError": "source",
    "SourceConflictError": "source",
    "SuspensionsNotAllowedError": "suspensions",
    "UnknownActionError": "action",
    "UnknownEditionError": "edition",
    "UnknownPublishedPlanError": "number",
    "UnknownSiteError": "site",
    "VersionConflictError": "expected_version",
}
"""By hand: the parameter of a caller, or the key of a document, that holds what the error refuses."""


def test_an_error_about_one_argument_names_the_one_that_its_caller_passed() -> None:
    assert {error.__name__: error.argument for error in worded() if error.argument} == ARGUMENTS


@pytest.mark.parametrize("error", sorted(set(worded()), key=str))
def test_an_error_says_its_values_and_a_remedy_in_both_languages(error: type[WordedError]) -> None:
    fields = [field.name for field in attrs.fields(cast("Any", error)) if field.default is attrs.NOTHING]
    parts = PARTS | OWN_PARTS.get(error, {})
    made = error(**{name: parts.get(name, f"<{name}>") for name in fields})

    approve_errors(f"{error.__name__}: {made.public_message('fr')} | {made.public_message('en')}")
    french, english = made.in_("fr"), made.in_("en")
    assert english == str(made)
    assert french != english
    assert re.search(r"Wording|datetime|Decimal|tzinfo|ZoneInfo|\b(True|False|None)\b", french) is None
    assert " ; " in french or " : " in french
    for name in set(fields) - PARTS.keys():
        assert f"<{name}>" in french
        assert f"<{name}>" in english
    with pytest.raises(ValueError, match="lang"):
        made.in_("de")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("origin", "command"),
    [
        ("{}", 'pip install "reclamation-core[sql]"'),
        (None, 'pip install "reclamation-core[sql]"'),
        ('{"url": "file:///srv/un%20clone", "dir_info": {}}', 'pip install "/srv/un clone[sql]"'),
        ('{"url": "file:///srv/clone", "dir_info": {"editable": true}}', 'pip install --editable "/srv/clone[sql]"'),
        (
            '{"url": "file:///tmp/r-0.1.0-py3-none-any.whl", "archive_info": {}}',
            'pip install "reclamation-core[sql] @ file:///tmp/r-0.1.0-py3-none-any.whl"',
        ),
        (
            '{"url": "https://example.org/r.git", "vcs_info": {"vcs": "git", "commit_id": "ab12"}}',
            'pip install "reclamation-core[sql] @ git+https://example.org/r.git@ab12"',
        ),
    ],
)
def test_a_missing_extra_is_installed(monkeypatch: pytest.MonkeyPatch, origin: str | None, command: str) -> None:
    class Installed:
        def read_text(self, name: str) -> str | None:
            assert name == "direct_url.json"
            return origin

    monkeypatch.setattr(importlib.metadata, "distribution", {"reclamation-core": Installed()}.__getitem__)
    error = MissingExtraError("sqlalchemy", "sql")
    assert str(error) == f"sqlalchemy is not installed; install the extra 'sql': {command}"
    assert error.in_("fr") == f"sqlalchemy n'est pas installé ; installez l'extra « sql » : {command}"


def test_a_missing_extra_of_a_project_that_is_not_installed_is_that_of_its_clone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def none(name: str) -> None:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "distribution", none)
    assert str(MissingExtraError("sqlalchemy", "sql")).endswith("install the extra 'sql': pip install \".[sql]\"")


def test_every_printed_install_line_installs_the_clone_with_extras_that_there_are() -> None:
    root = Path(__file__).parents[2]
    extras = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    pages = [root / "README.md", *(path for path in (root / "docs").rglob("*") if path.suffix in {".md", ".ipynb"})]
    printed = [line for page in pages for line in re.findall(r"pip install ([^`#\n]+)", page.read_text("utf-8"))]
    wanted = [re.match(r'\\?"\.\[([a-z,]+)\]\\?"', line) for line in printed if line.strip() != "."]
    assert len(wanted) > 10
    assert all(wanted), printed
    assert {extra for found in wanted if found for extra in found[1].split(",")} <= extras.keys()


def test_a_deep_value_and_a_long_path_are_shown_cut() -> None:
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    error = FaultsError((Fault(f"{'a.' * 50_000}a", deep, Wording("une table", "a table")),))
    assert str(error) == f"{'a.' * 150}…: ...; a table"
    assert error.in_("fr") == f"{'a.' * 150}… : ... ; une table"
    assert error.faults[0].value is deep


@pytest.mark.parametrize(
    ("value", "fr", "en"),
    [
        (None, "rien", "nothing"),
        (NAType(), "rien", "nothing"),
        (True, "vrai", "true"),
        (UNKNOWN, "inconnu", "unknown"),
        (ABSENT, "absent", "absent"),
        (REDACTED, "...", "..."),
        (Channel.EMAIL, "« email »", "'email'"),
        ("l'année", "« l'année »", '"l\'année"'),
        (Decimal("1.50"), "1.50", "1.50"),
        (np.int64(3), "3", "3"),
        (date(2026, 5, 2), "2026-05-02", "2026-05-02"),
        (datetime(2026, 5, 2, tzinfo=UTC), "2026-05-02T00:00:00+00:00", "2026-05-02T00:00:00+00:00"),
        (time(17), "17:00:00", "17:00:00"),
        ({"days": (1, None)}, "{« days »: [1, rien]}", "{'days': [1, nothing]}"),
        ({2, 1}, "[1, 2]", "[1, 2]"),
        (object(), "object", "object"),
        ("\0x\ud800", "« �x� »", r"'\x00x\ud800'"),
        ("x" * 200, f"« {'x' * 118}…", f"'{'x' * 119}…"),
        pytest.param(10**5000, "...", "...", id="5001 digits"),
    ],
)
def test_a_value_is_described_without_pythons_notation(value: object, fr: str, en: str) -> None:
    assert (describe_value(value, "fr"), describe_value(value, "en")) == (fr, en)
    assert repr(REDACTED) == "..."


ERRORS: list[type[ReclamationError]] = ERRORS_PAGE["errors"]()


def test_every_error_has_a_code_of_its_own() -> None:
    codes = [error.code for error in ERRORS]
    assert len(set(codes)) == len(codes)
    assert [error for error in ERRORS if "code" not in vars(error)] == []
    assert [code for code in codes if not re.fullmatch(r"[a-z]+(_[a-z]+)*", code)] == []


def test_the_codes_that_programs_rely_on_stay() -> None:
    for kind in ErrorKind:
        assert [error.code for error in ERRORS if error.kind is kind] == CODES[kind].split()


def test_every_error_but_that_of_the_command_has_both_languages() -> None:
    assert [error.__name__ for error in ERRORS if error.in_ is ReclamationError.in_] == ["CommandError"]


def test_the_wording_of_an_error_has_both_languages() -> None:
    for error, fr, en in [
        (FaultsError((SCALE,)), "scale : « dix » ; un nombre entier", "scale: 'dix'; an integer"),
        (ValueError("a mistake"), "a mistake", "a mistake"),
    ]:
        assert wording_of(error) == Wording(fr, en), error


def test_the_page_on_errors_describes_every_error() -> None:
    page = ERRORS_PAGE["pages"]()["reference/errors.md"]
    for error in ERRORS:
        assert f"| `{error.code}` | `{error.kind.value}` |" in page
        assert error.__name__ in page


def test_invalid_input_as_problem_details_has_each_fault() -> None:
    assert FaultsError((DAYS, SCALE)).to_document("en") == {
        "type": "urn:problem-type:reclamation-core:invalid_input",
        "title": "invalid input",
        "status": 422,
        "detail": "deadline.days: -1; at least 1 day\nscale: 'dix'; an integer",
        "kind": "invalid",
        "code": "invalid_input",
        "faults": [
            {"path": "deadline.days", "detail": "deadline.days: -1; at least 1 day"},
            {"path": "scale", "detail": "scale: 'dix'; an integer"},
        ],
        "guards": [],
    }


def test_problem_details_name_the_argument_of_an_error_in_french_by_default() -> None:
    document = UnknownSiteError("LIL", ("CRE",)).to_document()
    assert document["detail"] == "« LIL » n'est pas le code d'un centre ; choisissez parmi CRE"
    assert document["faults"] == [{"path": "site", "detail": document["detail"]}]


def test_a_refusal_as_problem_details_has_its_guards() -> None:
    desk = factories.new_desk()
    case = factories.registered(desk)
    with pytest.raises(CommandRefusedError) as caught:
        desk.close(case.reference, reason=ClosingReason.ANSWERED)
    document = caught.value.to_document()
    assert (document["status"], document["kind"], document["code"]) == (409, "refused", "command_refused")
    assert [guard["id"] for guard in document["guards"]] == [row.id for row in caught.value.guards]
    assert all(guard["detail"] in document["detail"] for guard in document["guards"])
    assert [fault["path"] for fault in document["faults"]] == [fact.name for fact in caught.value.missing]
    assert json.loads(json.dumps(document)) == document


@pytest.mark.parametrize(("kind", "status"), list(zip(ErrorKind, [422, 404, 403, 409, 409, 503], strict=True)))
def test_a_kind_of_error_has_a_status_of_http(kind: ErrorKind, status: int) -> None:
    assert kind.status == status


def many(count: int) -> Iterator[Fault]:
    return (Fault(f"causes[{number}]", number, Wording("un texte", "a text")) for number in range(count))


def test_an_error_lists_a_hundred_faults_and_the_number_of_the_others() -> None:
    error = FaultsError(many(2_900))
    assert error.faults[:100] == tuple(many(100))
    assert len(error.faults) == 101
    assert error.in_("fr").endswith("causes[99] : 99 ; un texte\net 2800 autres erreurs, non listées")
    assert str(error).endswith("causes[99]: 99; a text\nand 2800 other faults, not listed")
    assert error.to_document("fr")["faults"][-1] == {"path": "", "detail": "et 2800 autres erreurs, non listées"}
    assert FaultsError(many(100)).faults == tuple(many(100))
    assert str(FaultsError(many(101)).faults[-1]) == "and 1 other fault, not listed"


def test_the_number_of_faults_that_are_not_listed_survives_pickles_and_other_errors() -> None:
    error = pickle.loads(pickle.dumps(FaultsError(many(150))))
    again = FaultsError(attrs.evolve(fault, path=f"$.{fault.path}") for fault in (*error.faults, *error.faults))
    assert error.in_("fr").endswith("et 50 autres erreurs, non listées")
    assert again.in_("fr").endswith("et 200 autres erreurs, non listées")
