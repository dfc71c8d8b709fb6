"""What programs and people depend on, in whole, as approved in `tests/approved/`: the interface and outputs.

These texts hold what no rule of the procedure says: a default, a word, a layout, the order of columns. What a rule says
is held by a test with another source.
"""

import errno
import importlib
import inspect
import json
import math
import pkgutil
import re
import runpy
import shlex
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import partial
from html import unescape
from itertools import chain, product
from operator import attrgetter
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import parse_qs, parse_qsl, urldefrag, urljoin, urlsplit
from zoneinfo import ZoneInfo

import attrs
import pytest
import typer
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

import reclamation_core
from reclamation_core.adapters.sqlalchemy import views, word_index
from reclamation_core.adapters.sqlalchemy.tables import METADATA
from reclamation_core.calendars import BusinessCalendar, Duration
from reclamation_core.cases import Case, CaseKind, DecisionContext, NewDocument
from reclamation_core.cases.aggregate import Guards
from reclamation_core.cases.causes import TRAINING_BODY
from reclamation_core.cases.causes.documents import read_analysis, write_analysis
from reclamation_core.cases.columns import COLUMNS
from reclamation_core.cases.decision import available_commands
from reclamation_core.cases.events import CASE_EVENTS
from reclamation_core.cases.events.base import example_policy
from reclamation_core.cases.explanation import explain
from reclamation_core.cases.guards import GUARDS as CASE_GUARDS
from reclamation_core.cases.guards import guard_table
from reclamation_core.cases.next_steps import next_steps
from reclamation_core.cases.themes import ThemeKeywords
from reclamation_core.cli.application import application, run
from reclamation_core.cli.database_commands import personal_data_text
from reclamation_core.cli.errors import in_french
from reclamation_core.codes import Audience
from reclamation_core.desk import Agenda, Desk, Registration, Signals
from reclamation_core.desk.commands import Command, FactsChange, PlanCommand, SheetChange
from reclamation_core.desk.environment import ClockLimit
from reclamation_core.desk.forms import FormContext, case_form, registration_form
from reclamation_core.desk.nightly import DatedAhead, StepFailure
from reclamation_core.desk.privacy import PersonRelation
from reclamation_core.errors import ReclamationError
from reclamation_core.indicators.detection import DETECTORS
from reclamation_core.indicators.falls import GChart
from reclamation_core.indicators.streams import STREAMS, stream_in_words
from reclamation_core.intake import ColumnMapping, MailOutcome
from reclamation_core.integrations.api import Api, ApiRequest
from reclamation_core.integrations.api.parameters import Arguments
from reclamation_core.integrations.api.routes import ROUTES, Route
from reclamation_core.integrations.board import ActingRole, HostLink
from reclamation_core.integrations.problem_details import VALUE_WORDINGS
from reclamation_core.laboratory import compare, laboratory_report, replay, sweep
from reclamation_core.plans import Pgaac
from reclamation_core.plans.events import PLAN_EVENTS
from reclamation_core.plans.guards import GUARDS as PLAN_GUARDS
from reclamation_core.plans.guards import plan_guard_table
from reclamation_core.plans.signals import signal_in_words
from reclamation_core.policy import Parameters, catalogue, m2_1, parse_policy, read_policy
from reclamation_core.policy.formatting import PARAMETERS as IN_WORDS
from reclamation_core.policy.formatting import deadline_sentence, parameter_value
from reclamation_core.policy.sources import INTERPRETATIONS
from reclamation_core.ports import CaseQuery, StoreBusyError
from reclamation_core.ports.query import CaseSummaryView
from reclamation_core.ports.store import SystemClock
from reclamation_core.reporting import (
    LetterFormat,
    LetterSettings,
    Report,
    ReportFormat,
    audit,
    calendar_bytes,
    letter_bytes,
    report_bytes,
)
from reclamation_core.reporting.pages import pdf_source
from reclamation_core.reporting.report import display
from reclamation_core.schemas import SCHEMAS, document_schema, openapi_components
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.simulation import Absence, Caseload, CaseloadProfile, Effort, WaitingTime, compare_staffing
from reclamation_core.tables import DecisionTable
from reclamation_core.testing._examples import (
    after_example,
    after_plan_example,
    case_example,
    example_case,
    example_plan,
)
from reclamation_core.testing._plan_history import plan_after, published
from reclamation_core.testing.builders import a_closed_case
from reclamation_core.testing.conformance.run import NOUNS
from reclamation_core.testing.rules import rule_coverage
from reclamation_core.vocabulary import ComplaintFacts, Level, MalfunctionFacts, Role, Site, Sites
from reclamation_core.vocabulary.commands import CommandType, PlanCommandType
from reclamation_core.vocabulary.facts import FACTS as BASE_FACTS
from reclamation_core.vocabulary.own_documents import criterion_schema
from reclamation_core.wording import LANGUAGES, Lang, Wording
from scripts.surface import documented_modules
from tests.approvals import approved, described, signature
from tests.databases import sqlite_file
from tests.functional.test_database_commands import COMPLAINTS, SITES
from tests.functional.test_report_command import LETTERS
from tests.unit.calendars.test_rendering import late
from tests.unit.cases.causes.samples import analyses, implemented_eight_d
from tests.unit.desk import factories
from tests.unit.desk.rising import risen
from tests.unit.intake.test_mail_intake import intake, mail, put
from tests.unit.integrations.test_board_hostile_texts import BASE, SUFFIXES, Parsed, World
from tests.unit.integrations.test_fastapi_http import GETS
from tests.unit.laboratory.caseloads import AS_OF, CALENDAR, CASELOAD, EDITIONS, KINDS
from tests.unit.laboratory.page_visitor import Visitor
from tests.unit.laboratory.test_compare import BOTH, COSTS, UNTIL, many
from tests.unit.laboratory.test_plots_of_staffing import NEEDED
from tests.unit.plans.making import CRETEIL, PLANS, signed, to_do
from tests.unit.policy.own_facts import FACTS, FUNDER, SUBCONTRACTED, TO_THE_REGION, own_policy
from tests.unit.reporting.test_audit_file import KEY
from tests.unit.reporting.test_same_bytes import written
from tests.unit.reporting.test_text_blocks import every_block
from tests.unit.simulation.staffing import agency
from tests.unit.tables.samples import every_domain, in_words, level_table, scope_table
from tests.unit.vocabulary.test_lexicon import labelled_enumerations

GENERATORS = Path(__file__).parents[2] / "docs" / "_generators"
OPTION = ("name", "opts", "secondary_opts", "default", "metavar", "required", "nargs", "multiple", "hidden", "help")
GROUPS = {name: group for name, group in attrs.asdict(Parameters(), recurse=False).items() if attrs.has(type(group))}
PARAMETERS = [f"{name}.{one.name}" for name, group in GROUPS.items() for one in attrs.fields(type(group))]
READERS: tuple[tuple[Callable[[Path], object], str, list[str]], ...] = (
    (read_policy, 'starts_from = "M2-1"\nedition = "x"\n', PARAMETERS),
    (ColumnMapping.from_toml, "", [*(one.name for one in attrs.fields(ColumnMapping)), "fields.site"]),
    (LetterSettings.from_toml, "", [one.name for one in attrs.fields(LetterSettings)]),
    (Sites.from_toml, "", [f"CRE.{one.name}" for one in attrs.fields(Site)]),
    (ThemeKeywords.from_toml, "", ["trainer"]),
    (CaseloadProfile.from_toml, "", [one.name for one in attrs.fields(CaseloadProfile)]),
)
WRONG: tuple[Any, ...] = (True, "?", "", -1, ["?"])
BUTTONS: dict[Lang, tuple[str, str, str]] = {
    "fr": ("Essayer avec l’exemple", "Confirmer les colonnes", "Comparer"),
    "en": ("Try with the example", "Confirm the columns", "Compare"),
}
"""The buttons of the comparison page, step by step."""
SAME = {"after-toml": 'starts_from = "M2-1"\nedition = "M2-1"\nsurvey.threshold = 7'}
ROW = {"after-row-id": "a", "after-row-then": "eligibility:complaint"}
WRONG_FORMS: tuple[tuple[str, dict[str, str], dict[str, bytes]], ...] = (
    *((step, {}, {}) for step in ("file", "columns")),
    *(("file", {}, {"file": content}) for content in (b" ", b"c;" * 201)),
    ("file", {}, {"file": b"N;canall\nR1;x\n"}),
    *(("columns", entered, {}) for entered in ({}, {"near-0": "no"}, {"near-0": "no", "column-reference": "N"})),
    ("file", {}, {"file": b"reference;received_at\nR1;hier\n"}),
    ("columns", {}, {}),
    *(("columns", {"column-reference": "reference", "column-received_at": "received_at"}, {}), ("case", {}, {})),
    *(("compare", entered, {}) for entered in ({}, SAME, {"after-closures": "?"}, {**ROW, "after-row-when": "?"})),
    ("compare", {"after-fact-name": "x", "after-fact-type": "codes", "after-fact-codes": ": ?"}, {}),
    ("compare", {"all-answered-column": "received_at"}, {}),
    ("compare", {"all-territory-column": "received_at"}, {"all-sites": b"[A]"}),
    *(("compare", entered, {"after-file": b"#" * (3 << 20)}) for entered in ({}, {"after-toml": "x"})),
    ("download", {"what": "xlsx"}, {}),
)
"""Forms of that page in order, each with something wrong: the step, the fields and the files."""
JUNE = date(2026, 6, 1)
LONGER = BusinessCalendar.france().deadline(factories.at(2), Parameters().deadline, not_before=date(2026, 6, 19))
"""A deadline after a change of the level, on which the delay was over."""


def with_defaults(name: str, function: Any) -> Iterator[str]:
    if "=" in (found := signature(function)):
        yield f"{name}{found}"


def of_class(cls: type[Any]) -> Iterator[str]:
    """Yield the public fields of a class, each with its default, and its methods that have defaults."""
    fields = attrs.fields_dict(cls) if attrs.has(cls) else {}
    for one in fields.values():
        flags = "".join(f" no {name}" for name in ("init", "repr", "eq", "kw_only") if not getattr(one, name))
        value = getattr(one.default, "factory", one.default)
        default = "" if value is attrs.NOTHING else f" = {described(value)}"
        if one.name[0] != "_":
            yield f"    {one.name}{default}{flags}"
    for name, member in vars(cls).items():
        if name[0] == "_" or name in fields:
            continue
        if inspect.isfunction(member) or isinstance(member, classmethod | staticmethod):
            yield from with_defaults(f"    {name}", getattr(cls, name))
        elif not hasattr(type(member), "__get__") and not isinstance(member, dict):  # applications fill registries
            yield f"    {name}: {described(member.value if type(member).__base__ is StrEnum else member)}"


def declared(name: str, value: Any) -> Iterator[str]:
    """Yield the declaration of a name of a module: a container of declarations has a line for each."""
    items = list(value.items() if isinstance(value, Mapping) else value) if isinstance(value, Mapping | tuple) else []
    if isinstance(value, type):
        frozen = " frozen" * (value.__setattr__.__name__ == "_frozen_setattrs")
        yield f"class {name}({', '.join(base.__name__ for base in value.__bases__)}){frozen}"
        yield from of_class(value)
    elif inspect.isfunction(value):
        yield from with_defaults(name, value)
    elif any(attrs.has(type(one[-1] if isinstance(value, Mapping) else one)) for one in items):
        yield from (f"{name} =", *(f"    {described(one)}" for one in items))
    elif not inspect.ismodule(value):
        yield f"{name} = {described(value)}"


def test_the_interface() -> None:
    """The public names of each public module, what a program that uses the library depends on; all enumerations."""
    source = Path(reclamation_core.__file__).parent

    def lines() -> Iterator[str]:
        public = set[str]()
        for name in documented_modules():
            module = importlib.import_module(name)
            yield f"# {name}"
            public |= {*module.__all__}
            for one in module.__all__:
                yield from declared(one, getattr(module, one))
        for path in sorted(source.rglob("*.py")):
            for one in re.findall(
                r"^class (\w+)\((?:Labelled|Ordered|Str)Enum\)", path.read_text(encoding="utf-8"), re.MULTILINE
            ):
                if one not in public:
                    module = importlib.import_module(".".join(path.relative_to(source.parent).with_suffix("").parts))
                    yield from declared(one, getattr(module, one))
        yield from (line for one in (FactsChange, SheetChange, CaseSummaryView) for line in declared(one.__name__, one))

    approved("interface.txt", lines())


def test_how_each_class_is_made_compared_and_shown() -> None:
    """Classes made by keyword alone or compared by identity, and fields that no representation shows whole.

    These fields are long, or have names and words of people.
    """
    assert list(labelled_enumerations())  # imports every module
    waiting, found = deque[Any]([SharedRepr]), dict[str, str]()
    while waiting:
        cls = waiting.popleft()
        waiting += cls.__subclasses__()
        fields = attrs.fields(cls) if attrs.has(cls) else ()
        hidden = [one.name for one in fields if one.repr is not True]
        said = [
            *(["by keyword"] if any(one.kw_only for one in fields) else []),
            *(["by identity"] if fields and cls.__eq__ is object.__eq__ else []),
            *([f"hides {' '.join(hidden)}"] if hidden else []),
        ]
        if said and re.match(r"reclamation_core\.(?!testing|integrations\.django)", cls.__module__):
            found[f"{cls.__module__}.{cls.__qualname__}"] = ", ".join(said)
    approved("classes.txt", (f"{name}: {said}" for name, said in sorted(found.items())))


def commands(name: str, command: Any) -> Iterator[str]:
    yield f"{name}: {command.help}"
    for one in command.params:
        given = {name: getattr(one, name, None) for name in OPTION}
        yield f"    {' '.join(f'{name}={described(value)}' for name, value in given.items() if value)}"
    for below in sorted(getattr(command, "commands", {})):
        yield from commands(f"{name} {below}", command.commands[below])


def test_the_help_of_the_command() -> None:
    listed: Any = typer.main.get_command(application(()))
    approved("commands.txt", commands("reclamation", typer.main.get_command(application(listed.commands))))


TYPED = """
triage a[b]:no:.csv --as-of 2026-05-20 --sites sites.toml --register --output out-triage.csv
triage changed.csv --as-of 2026-05-20 --source a[b]:no: --register --sites sites.toml
triage a[b]:no:.csv --as-of 2026-05-20 --site NAT --format jsonl --output out-triage.jsonl
board --as-of 2026-05-20 --limit 1
board --as-of 2026-06-20
board --as-of 2026-06-20 --sites sites.toml --region Île-de-France
board --as-of 2026-06-20 --format csv
board --as-of 2026-06-20 --format csv -o out-board.csv --site STR
board --as-of 2026-06-20 --format json --site CRE
indicators --from 2026-05-01 --until 2026-06-30 --as-of 2026-06-30
indicators --until 2026-06-30 --as-of 2026-06-30 --by unite --site CRE
indicators --from 2026-06-01 --as-of 2026-06-30 --format csv --output out-indicators.csv
board --site XXX
person Durand
intake mail mails --site NAT --server mx.afpa.fr
intake mail mails --site NAT --server mx.afpa.fr --register
intake mail mails --site NAT --server mx.afpa.fr --format csv --output out-mails.csv
report register -o out-register.csv --texts --site CRE --from 2026-05-05 --until 2026-06-01
report plan CRE -o out-plan.csv
report effect CRE A-1 -o out-effect.csv
report case R-2026-000001
report case R-2026-000002 --texts -o out-case.csv
report letter R-2026-000001 --letters letters.toml
report audit --case R-2026-000001 -o audit.zip
report letter R-2026-000001 --letters letters.toml --redirected-to Accueil --redirection interne
report plan CRE -o out-sent.csv --number 1 --sent-to Direction --actor "Mme Roux"
report effect CRE A-1 -o out-effect.json --sites sites.toml
report audit -o audit-notes.zip --case R-2026-000001 --texts --notes --actor "Mme Roux" --sites sites.toml
report calendar --region Île-de-France --sites sites.toml -o out-calendar.ics
indicators --from 2026-05-01 --to 2026-06-30 --as-of 2026-06-30 --format json --publish
signals --as-of 2026-07-01 --region Île-de-France --sites sites.toml
intake mail mails --site NAT --largest 100
report calendar
db upgrade
db upgrade --db sqlite:///new.db
db check
db sites sites.toml
db checkpoint -o checkpoint.json
db verify --checkpoint checkpoint.json
db verify
person Mme --as-actor
person Mme --format pdf
board --as-of 2026-06-20 --format xml
board --as-of 2026-06-20 --limit 0
board --limit -1
signals --detector cusum
nightly --checkpoint points
report register -o out.xml
demo --db sqlite:///reclamations.db --output .
db clock --confirm
db clock
nightly --verify
db free
db restored --seen R-2026-000009
"""
TYPED_ALONE = """
deadline 2026-05-02T18:00 --territory martinique
deadline 2026-05-04T18:00 --policy a.toml --level local
deadline 2026-05-04 --level x
policy show a.toml
policy show a.toml --format xml
policy check a.toml
policy diff M2-1 a.toml
conformance write -o out-cases.json
conformance check out-cases.json --policy a.toml
signals --counts counts.csv
signals --counts counts.csv --format csv --output out-signals.csv
signals --counts counts.csv --format csv --detector farrington
signals --counts counts.csv --detector farrington --false-discoveries 0.5
signals --counts counts.csv --format json --alarms-a-year 0.5
signals --counts counts.csv --false-alarms 1e-9
signals --counts counts.csv --site CRE
signals --counts x
checkpoint write --key a.toml
schema view.worklist
"""
HIDDEN = re.compile(r"Situation au .*|(?<=\.\d{5})\d+|[0-9a-f]{64}")
"""Of what is printed, what differs from day to day, from processor to processor and from salt to salt."""
COUNTS = "".join(f"=1+1;{week};{9 if week == 65 else week % 3}\n" for week in range(1, 66) if week % 3)


def printed(typed: str, capsys: pytest.CaptureFixture[str]) -> Iterator[str]:
    """Yield each command with its output, errors and status, then the files that they write."""
    for line in typed.split("\n")[1:-1]:
        status, (out, err) = run(shlex.split(line)), capsys.readouterr()
        yield from (f"$ reclamation {line}", HIDDEN.sub("#", out), err, str(status))
    yield from (f"# {path}\n{HIDDEN.sub('#', path.read_bytes().decode())}" for path in sorted(Path().glob("out-*")))


def test_what_the_commands_print(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What a person reads who types them one after the other on a register of three cases, then the files of lines."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "72")
    monkeypatch.setenv("RECLAMATION_DB", sqlite_file(Path()))
    monkeypatch.setattr(SystemClock, "now", lambda _: factories.at(1, month=7))
    with Desk.open(sqlite_file(Path())) as opened:
        desk = opened.acting("Mme Roux", Role.RQR)
        desk.plan(factories.analysed(desk, "organisation").reference, factories.sheet(planned=JUNE))
        factories.judged(desk.pgaac("CRE"))
        desk.pgaac("CRE").add(factories.sheet("A-2", what="=1+1"))
        factories.answered(desk, site="STR")
        desk.register(factories.malfunction(), site="CRE", occurred_at=factories.at(2))
    for name, text in {"a[b]:no:.csv": COMPLAINTS, "sites.toml": SITES, "letters.toml": LETTERS}.items():
        Path(name).write_text(text, encoding="utf-8")
    Path("changed.csv").write_text(COMPLAINTS.replace("froide", "glacée"), encoding="utf-8")
    Path("mails").mkdir()
    with_file, answer, undated = mail("1"), mail("2", In_Reply_To="<1@ex.org>"), mail("3")
    with_file.add_attachment(b"MZ\x90\x00" * 9, maintype="application", subtype="pdf", filename="contrat.pdf")
    del undated["Received"]
    put(Path("mails"), with_file, answer, undated, mail("4", Auto_Submitted="auto-replied"), mail("5"))

    approved("transcript.txt", printed(TYPED, capsys))


def test_what_the_commands_without_a_register_print(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    policy = 'starts_from = "M2-1"\nedition = "5[b]:no:"\n[survey]\nthreshold = 5\n[deadline]\ncut_off = "17:00"\n'
    policy += '[[tables.level.add]]\nid = "x"\nwhen.mobilisation = "national"\nthen = "national"\n'
    for name, text in {"a.toml": policy, "counts.csv": f"flux;semaine;nombre\n{COUNTS}"}.items():
        Path(name).write_text(text, encoding="utf-8")
    approved("transcript-alone.txt", printed(TYPED_ALONE, capsys))


def test_what_the_demonstration_prints(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On every eighth message of those that are shipped."""
    few = {name: each[::8] for name, each in attrs.asdict(Caseload.shipped(), recurse=False).items()}
    monkeypatch.setattr(Caseload, "shipped", lambda: Caseload(**few))
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)
    assert run(["demo", "--output", "."]) == 0
    files = ("registre-totaux.csv", "pgaac/valence-2-evolution.csv")
    texts = [Path(name).read_text(encoding="utf-8") for name in files]
    approved("demonstration.txt", [capsys.readouterr().out, *texts])


def test_the_description_of_the_api() -> None:
    description = Api().description("/api", title="API", version="1")
    approved("openapi.json", [json.dumps(description, indent=1, ensure_ascii=False)])


def test_the_schemas_of_documents() -> None:
    """Each definition where it is first met; the description of the API has those of commands and views."""
    elsewhere, texts = {*openapi_components()}, dict[str, None]()
    for schema in map(document_schema, SCHEMAS):
        found = {str(schema["$id"]).rpartition(":")[2]: schema, **schema.pop("$defs", {})}
        for name in found.keys() - elsewhere:
            if not re.match(r"(command|event|plan_command|plan_event|view)\.", name):
                texts[f"{name}: {json.dumps(found[name], indent=1, ensure_ascii=False)}"] = None
    for fact in own_policy().facts:
        texts[f"own_{fact.name}: {json.dumps(criterion_schema(fact), ensure_ascii=False)}"] = None
    approved("schemas.txt", sorted(texts))


def test_the_pages_made_from_the_code() -> None:
    names = "analyses", "board", "contracts", "database", "errors", "indicators", "lexicon", "parameters", "rules"
    for name in names:
        pages = runpy.run_path(str(GENERATORS / f"{name}.py"))["pages"]()
        approved(f"{name}.md", pages.values())


def layout(report: Report) -> Iterator[str]:
    for table in report.tables:
        yield f"{table.name}: {table.layout} {table.shown} {table.groups} {table.lines} {table.begins_page}"
        for one in table.columns:
            yield f"    {one.name}: {one.width} {one.kind} {one.source} {one.emphasis}"
            yield from (f"        {one.title.in_(lang)}: {one.meaning.in_(lang)}" for lang in LANGUAGES)


def test_reports_and_letters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk, reference, reports, letters = written()
    of_audit = dict[str, Report]()
    monkeypatch.setattr(
        audit, "report_bytes", lambda *given: report_bytes(of_audit.setdefault(given[0].name, given[0]), given[1])
    )
    desk.reports.audit(tmp_path / "audit", case=reference, key=KEY, texts=True)
    texts = [
        (tmp_path / "audit" / name).read_text(encoding="utf-8")
        for name in ("LISEZMOI.txt", "preuves.html", "preuves.json")
    ]
    proofs = of_audit["preuves"]
    approved(
        "audit.txt", [*texts, *dict.fromkeys(layout(proofs)), report_bytes(proofs, ReportFormat.HTML, "en").decode()]
    )
    reports += [desk.reports.effect("CRE", "A-1")]
    until = date(2026, 6, 30)
    reports += [desk.reports.indicators(since=JUNE, until=until, published=published) for published in (False, True)]
    for number, report in enumerate(reports):
        pages = [report_bytes(report, ReportFormat.HTML, lang) for lang in LANGUAGES]
        data = [report_bytes(report, ReportFormat.JSON, lang) for lang in LANGUAGES]
        approved(f"{number}-{report.name}.txt", [*layout(report), *(page.decode() for page in (*pages, *data))])
    approved("printed.txt", (json.dumps(pdf_source(one)[1], ensure_ascii=False, indent=1) for one in reports))
    texts = [letter_bytes(letter, LetterFormat.TEXT).decode() for letter in letters.values()]
    approved("letters.txt", [*texts, calendar_bytes(desk.reports.calendar(ended_since=JUNE)).decode()])


def test_the_answers_of_the_api() -> None:
    desk, *_ = written()

    def lines() -> Iterator[str]:
        for address in GETS[2:]:
            parts = urlsplit(address)
            answer = Api().respond(desk, ApiRequest(method="GET", path=parts.path, query=parse_qsl(parts.query)))
            yield f"{address} {answer.status} {answer.headers}"
            body = answer.body.decode()
            yield body if address.endswith("ics") else json.dumps(json.loads(body), indent=1, ensure_ascii=False)

    approved("answers.json", lines())


def test_the_example_of_each_event() -> None:
    """Its sentence and the documents of the case or plan; what is possible next, and why not."""

    def lines() -> Iterator[str]:
        for cls in CASE_EVENTS.commands:
            name = cls.event_type.name
            case = after_example(example_case(name), name)
            context = DecisionContext(policy=example_policy(), now=case.events[-1].recorded_at)
            yield f"# {name}"
            for lang, shown in ((lang, shown) for lang in LANGUAGES for shown in (None, case)):
                yield case.events[-1].describe(lang, shown, sites=factories.SITES)
            yield json.dumps(case.to_document(texts=True), ensure_ascii=False, indent=1)
            yield from (str(step.to_document()) for step in next_steps(case, Role.RQR, context))
            for command, found in available_commands(case, Role.RQR, context).items():
                yield f"{command}: {found.permission.outcome} {[str(one.to_document('en')) for one in found.details]}"
        for cls in PLAN_EVENTS.commands:
            name = cls.event_type.name
            plan = after_plan_example(example_plan(name), name)
            yield from (f"# {name}", json.dumps(plan.to_document(texts=True), ensure_ascii=False, indent=1))

    approved("events.txt", lines())


def explained() -> Iterator[Case]:
    """Yield the case of each example, and those whose decisions are open, negative, imposed, late or internal."""
    yield from (after_example(example_case(one.event_type.name), one.event_type.name) for one in CASE_EVENTS.commands)
    desk = factories.new_desk()
    yield desk.register(factories.malfunction(), site="CRE")
    for changes in ({"client_scope": None}, {"channel": "other"}, {"requirement": None, "severity_training": 4}):
        case = desk.register(factories.facts(**changes), site="CRE")
        yield case
        yield desk.reroute(case.reference, handling_unit="STD", level="national", reason="le client l'est")
    yield factories.answered(desk)
    yield desk.reopen(factories.closed(desk).reference, reason="l'absence dure")


def test_the_explanations_of_cases() -> None:
    """To each reader in each language on 1 June 2026, each part once."""

    def lines() -> Iterator[str]:
        cases = list(explained())
        for audience, lang in product(Audience, LANGUAGES):
            yield f"# {audience} {lang}"
            for case in cases:
                if case.kind is CaseKind.COMPLAINT or audience is not Audience.COMPLAINANT:
                    found = explain(case, example_policy(), factories.at(1), lang, audience=audience)
                    yield from found.to_markdown().split("\n## ")

    approved("explanations.md", dict.fromkeys(lines()))


def test_the_forms_of_each_command() -> None:
    def lines() -> Iterator[str]:
        context = FormContext(sites=factories.SITES, taxonomy=TRAINING_BODY, zone=ZoneInfo("UTC"))
        forms = {f"register {kind}": registration_form(context, kind) for kind in CaseKind}
        for cls, command in CASE_EVENTS.commands.items():
            case = after_example(example_case(cls.event_type.name), cls.event_type.name)
            forms[command.value] = case_form(command, attrs.evolve(context, case=case))
        for verb, fields in forms.items():
            for one in (field.view(lang) for lang, field in product(LANGUAGES, fields)):
                chosen = ", ".join(choice.label for choice in one.choices)
                yield f"{verb} {one.place} {one.name} {one.kind}: {one.group} | {one.label} | {one.hint} | {chosen}"

    approved("forms.txt", lines())


def test_the_guards_of_each_command() -> None:
    """What each asks, and the reasons and remedies of its refusals, with the names of their values in braces."""

    guards: list[Any] = [*CASE_GUARDS, *PLAN_GUARDS]

    def lines() -> Iterator[str]:
        for table in (*map(guard_table, CommandType), *map(plan_guard_table, PlanCommandType)):
            yield from (f"{one.name}: {one.label.fr} | {one.label.en}" for one in table.inputs)
        for guard in guards:
            for wording in filter(None, (guard.template, guard.general)):
                yield f"{guard.id}: {wording.fr} | {wording.en}"

    approved("guards.txt", dict.fromkeys(lines()))


def refusals(read: Callable[[Any], object], documents: Iterable[Any], below: str = "") -> Iterator[str]:
    """Yield each thing that is wrong with documents, in both languages, below a path."""
    for document in documents:
        try:
            read(document)
        except ReclamationError as error:
            faults = [fault for fault in getattr(error, "faults", ()) if fault.path.startswith(below)]
            yield from (f"{one.in_('fr')} | {one.in_('en')}" for one in faults or [error])


def made(kind: Callable[..., object], given: dict[str, Any]) -> object:
    return kind(**given)


def test_what_is_wrong_with_each_argument() -> None:  # noqa: C901  a loop for each way in
    """Arguments of commands, facts and parameters of the API, with values that make no sense."""
    desk, *_ = written()

    def respond(route: Route, asked: tuple[str, str]) -> object:
        address = re.sub(r"{(\w+)}", "R-2026-000001", route.template).replace("plans/R-2026-000001", "plans/site:CRE")
        return Api().respond(desk, ApiRequest(method="GET", path=address, query=[asked]))

    def lines() -> Iterator[str]:
        for reader in (Command, PlanCommand):
            for verb in reader.family.classes:
                for one in ("unknown", *(argument.name for argument in reader.family.arguments(verb))):
                    yield from refusals(reader.from_document, ({"type": verb, one: wrong} for wrong in WRONG), one)
        for kind in (ComplaintFacts, MalfunctionFacts):
            for field in attrs.fields(kind):
                given = ({"received_at": factories.at(1), field.name: wrong} for wrong in WRONG)
                yield from refusals(partial(made, kind), given)
        for route in (one for one in ROUTES if one.method == "GET"):
            for name, *_ in Arguments.of(route.handler).each():
                if f"{{{name}}}" not in route.template:
                    yield from refusals(partial(respond, route), ((name, value) for value in ("?", "", "-1")))

    approved("refused-arguments.txt", dict.fromkeys(lines()))


def values() -> Iterator[Any]:
    """Yield a value of each public class that needs no argument, then a case and a plan after each event."""
    for name in documented_modules():
        module = importlib.import_module(name)
        for kind in (getattr(module, public) for public in module.__all__):
            if isinstance(kind, type) and attrs.has(kind) and not issubclass(kind, BaseException):
                with suppress(TypeError, ReclamationError):  # arguments are missing
                    yield kind()
    for name in (cls.event_type.name for cls in CASE_EVENTS.commands):
        yield after_example(case_example(name)[0], name)
    for name in (cls.event_type.name for cls in PLAN_EVENTS.commands):
        yield after_plan_example(example_plan(name), name)
    yield Registration(facts=factories.facts(), site="CRE")
    desk, *_, reports, _ = written()
    yield from (desk.log.write_checkpoint(KEY), *desk.log.checkpoints(), reports[0], *every_block(), agency.steady())
    yield from (m2_1(), BusinessCalendar.france(), factories.SITES["CRE"], WaitingTime(days=1, is_open=False))
    yield from (ActingRole("rqr", ("CRE",)), HostLink("x", "/x"), NewDocument(name="a.pdf", content=b"x"), ClockLimit())
    yield from (Absence(unit="national", days=JUNE), Effort.fixed(1), Duration(days=1), *desk.reports.exports())


def parts(value: Any) -> Iterator[Any]:
    """Yield a value of a class, and those inside it."""
    if isinstance(value, tuple):
        yield from (part for one in value for part in parts(one))
    elif attrs.has(type(value)):
        yield value
        yield from parts(tuple(getattr(value, field.name) for field in attrs.fields(type(value))))


def test_what_each_field_of_a_value_refuses() -> None:
    """Of a few values that make no sense, those refused, and why the first is."""

    def refusal(value: Any, field: str, wrong: Any) -> str | None:
        try:
            attrs.evolve(value, **{field: wrong})
        except (ReclamationError, AttributeError, TypeError, ValueError) as error:
            return str(error) if re.match(r"[\w.]+: ", str(error)) else ""
        return None

    def lines() -> Iterator[str]:
        for value in {type(one): one for one in parts(tuple(values()))}.values():
            for field in (one for one in attrs.fields(type(value)) if one.init):
                found = [
                    refusal(value, field.alias or field.name, wrong) for wrong in (*WRONG, None, 0, 1, 1.5, math.nan)
                ]
                marks = "".join("." if one is None else "x" for one in found)
                yield f"{type(value).__name__}.{field.name}: {marks} {next(filter(None, found), '')}"

    approved("refused-fields.txt", dict.fromkeys(line for line in lines() if "x" in line.split()[1]))


def test_what_is_wrong_with_each_key_of_a_file(tmp_path: Path) -> None:
    """Every key has a value that makes no sense: the faults of a file come at once."""

    def read_file(read: Callable[[Path], object], header: str, keys: Iterable[str], value: Any) -> object:
        path = tmp_path / "a.toml"
        path.write_text(header + "".join(f"{key} = {json.dumps(value)}\n" for key in keys), encoding="utf-8")
        return read(path)

    found = (
        line
        for read, header, keys in READERS
        for given in (["unknown"], keys)
        for line in refusals(partial(read_file, read, header, given), WRONG)
    )
    approved("refused-files.txt", dict.fromkeys(found))


def damaged(document: Any) -> Iterator[Any]:
    """Yield a document with one part missing, unknown, senseless, there twice, out of order or as in another item."""
    if isinstance(document, dict):
        yield document | {"unknown": 1}
        for key, value in document.items():
            yield {one: each for one, each in document.items() if one != key}
            yield from ({**document, key: other} for other in damaged(value))
    elif isinstance(document, list):
        yield from (document * 2, document[::-1], document[:1])
        for place, value in enumerate(document):
            others = [*damaged(value)]
            if isinstance(value, dict):
                others += [{**value, key: one} for key, one in document[place - 1].items() if key in value]
            yield from ([*document[:place], other, *document[place + 1 :]] for other in others)
    else:
        yield from WRONG


def test_what_is_wrong_with_each_part_of_a_document() -> None:
    def read_table(document: Any) -> object:
        return DecisionTable.from_json(json.dumps(document))

    head = {"starts_from": "M2-1", "edition": "x"}
    documents: list[tuple[Callable[[Any], object], Any]] = [
        *((read_analysis, write_analysis(one)) for one in analyses()),
        (read_table, json.loads(every_domain().to_json())),
        (parse_policy, {**head, "facts": [{**FUNDER, "codes": FUNDER["codes"][1:]}]}),
        (parse_policy, {**head, "tables": {"level": {"add": [{**TO_THE_REGION, "when": {"service_reach": "-"}}]}}}),
    ]
    found = (line for read, document in documents for line in refusals(read, damaged(document)))
    approved("refused-documents.txt", dict.fromkeys(re.sub(r"(?<=\[)\d+(?=\])", "", line) for line in found))


def test_other_documents(tmp_path: Path) -> None:
    desk, *_ = written()
    folder = tmp_path / "mails"
    folder.mkdir()
    put(folder, mail("1"), mail("2", In_Reply_To="<1@ex.org>"))
    found = list(intake(desk).run([folder], register=True))
    night = desk.maintenance.nightly(verify=True, signals=True)
    documents = [
        *(one.to_document(texts=True) for one in found if isinstance(one, MailOutcome)),
        found[0].to_document(),
        *(one.to_document() for one in desk.personal_data_of("Durand")),
        *(
            one.to_document(texts=True)
            for one in desk.cases.similar("Le formateur est absent", site="CRE", received_on=date(2026, 6, 9))
        ),
        night.to_document(),
    ]
    texts = [m2_1().to_toml(), desk.log.write_checkpoint(KEY).note]
    failures = (StepFailure(step="publish", error=StoreBusyError("memory", "x")),) * 2
    ahead = (DatedAhead(case="R-1", dated=factories.at(9), now=factories.at(1)),)
    more: dict[str, Any] = {
        "documents": 1,
        "documents_left": 2,
        "themes": ("R-1",),
        "checkpoint": 4,
        "interrupted": "sweep",
    }
    other = attrs.evolve(night, failures=failures, dated_ahead=ahead, **more)
    texts += [night.to_text(lang) + other.to_text(lang) + desk.worklist().to_text(lang) for lang in LANGUAGES]
    for one, lang in product(IN_WORDS.values(), LANGUAGES):
        value = parameter_value(Parameters(), one.path, lang)
        others = (one.describe(other, lang) for other in (*dict(one.phrases), *([1, 2] if one.one else [])))
        texts += [f"{one.path} | {one.title(lang)}: {value} | {' | '.join(others)}"]
    texts += [f"{one.number} | {one.carrier} | {one.wording.fr} | {one.wording.en}" for one in INTERPRETATIONS]
    texts += [f"{one.name} | {one.title.fr} | {one.title.en} | {one.comment}" for one in COLUMNS.values()]
    ineffective = implemented_eight_d().record_result("ont repris", effective=False, measured_on=date(2026, 7, 1))
    texts += [one.to_markdown(lang) for one in (*analyses(), ineffective) for lang in LANGUAGES]
    approved("edition.dmn", [m2_1().to_dmn()])
    approved("documents.txt", [*(json.dumps(one, indent=1, ensure_ascii=False) for one in documents), *texts])


def test_the_pages_of_the_board() -> None:
    """One page for each command and each route that links lead to, the first in whole, then the headers, and words that
    are new on refusals of forms with a value that makes no sense; then all words in English.
    """

    def main(html: str) -> str:
        part = html.partition("<main")[2].rpartition("</main>")[0] if reached else html
        return re.sub("[0-9a-f]{32,}", "#", part)

    def words(html: str) -> dict[str, None]:
        parts = re.split(r"<[^>]*? (?:aria-label|placeholder)=|<.*?>|\n", unescape(html))
        return dict.fromkeys(" ".join(one.split()) for one in parts)

    def lines(lang: Lang) -> Iterator[str]:
        world, waiting, headers = World.of("mot", lang), deque([f"{BASE}/"]), dict[str, None]()
        reached.clear()
        shown, refused = dict[str, None](), dict[str, None]()
        while waiting:
            address = waiting.popleft()
            answer = world.respond(address)
            html = b"".join(answer.chunks()).decode()
            headers[f"{answer.status} {answer.content_type} {answer.headers}"] = None
            shown |= words(main(html))
            yield from (f"# {address}", *(line for line in main(html).splitlines() if not line.startswith("<option")))
            for action, fields in Parsed(html).forms:
                if (kind := re.sub(r"R-[0-9-]+|(?<=pgaac/).*?/", "R", action)) not in reached:
                    reached.add(kind)
                    answer = world.respond(urljoin(address, action), {name: ["?"] for name in fields})
                    content = b"".join(answer.chunks())
                    refused |= words(main(content.decode())) if answer.status >= 400 else {}
            for link in Parsed(html).addresses:
                following = urldefrag(urljoin(address, link)).url
                path, _, query = re.sub(r"R-[0-9-]+", "R", following).partition("?")
                kind = f"{path}?{sorted(parse_qs(query))}"
                if kind not in reached and not path.endswith((*SUFFIXES, "html")):
                    reached.add(kind)
                    waiting.append(following)
        yield from (*headers, *(one for one in refused if one not in shown))

    reached = set[str]()
    approved("board.html", [*lines("fr"), *words("\n".join(lines("en")))])


def test_the_comparison_page() -> None:
    """In both languages: its steps with the example, then all fields with a value that makes no sense."""

    def lines() -> Iterator[str]:
        for lang, labels in BUTTONS.items():
            visitor = Visitor(lang)
            yield from shown(visitor)
            names = []
            for label in labels:
                names = [one.get("name") for one in visitor.root.all("input") if one.get("type") != "hidden"]
                visitor.press(label, **({"after-threshold": "7"} if label.startswith("Compar") else {}))
                yield from shown(visitor)
            report = laboratory_report(visitor.page.comparison, exported_at=factories.at(30), as_of=date(2026, 6, 30))
            html = report_bytes(report, ReportFormat.HTML, lang).decode()
            yield re.sub("<figure>.*?</figure>\n?", "", html, flags=re.DOTALL)  # `make test` draws no charts
            visitor.send([("step", "compare"), *((name, "?") for name in names)], {})
            yield from visitor.errors
            for step, entered, files in WRONG_FORMS:
                uploads = {name: (name, content) for name, content in files.items()}
                visitor = Visitor(lang) if step == "file" else visitor
                visitor.send([("step", step), *entered.items()], uploads)
                yield from visitor.errors or [one.whole() for one in visitor.root.all("h2")]
                yield from {one.get("href"): None for one in visitor.root.all("a")}

    def shown(visitor: Visitor) -> Iterator[str]:
        yield from filter(None, (" ".join(line.split()) for line in visitor.root.whole().splitlines()))

    approved("comparison.txt", lines())


def test_the_reports_of_the_laboratory() -> None:
    arrivals = [agency.complaint(name, "2026-05-04T09:00", site="METZ") for name in "ABC"]
    scenarios = [agency.steady(), attrs.evolve(agency.steady(qualification=0, treatment=360), name="x")]
    frame = KINDS["polars"](CASELOAD)
    records = many()[:40]
    found = (
        replay(
            KINDS["polars"]([*CASELOAD, {**CASELOAD[0], "satisfaction": 99.0}]),
            EDITIONS,
            CALENDAR,
            as_of=AS_OF,
            on_invalid="mark",
        ),
        sweep(frame, EDITIONS[0], CALENDAR, as_of=AS_OF, deadline_days=[8, 10]),
        sweep(frame, EDITIONS[0], CALENDAR, as_of=AS_OF, deadline_days=[8, 10], survey_threshold=[6, 7]),
        compare(records, m2_1(), BOTH, CALENDAR, as_of=UNTIL, by="level", costs=COSTS, sampled=True),
        compare(records, m2_1(), cases_after=records[:9], calendar=CALENDAR),
        compare_staffing(arrivals, scenarios, agency.SITES, until=date(2026, 5, 4), replications=2),
        *(NEEDED, attrs.evolve(NEEDED, handlers=None)),
    )

    def lines() -> Iterator[str]:
        yield from (part for lang in LANGUAGES for part in re.split("<.*?>", found[0].to_html(lang)) if part)
        for report in (laboratory_report(one, exported_at=factories.at(30)) for one in found):
            yield from layout(report)
            for lang in LANGUAGES:
                yield from (one.in_(lang) for one in (report.title, *report.notes))
                yield from (
                    f"{label.in_(lang)}: {display(value, lang, report.zone)}" for label, value in report.filters
                )
                for table in report.tables:
                    yield table.title.in_(lang)
                    yield from (" | ".join(display(value, lang, report.zone) for value in row) for row in table.rows())

    approved("laboratory.txt", lines())


def test_the_words_of_tables_and_editions() -> None:
    """Tables, what they decide and are checked for, a deadline, an edition with rows, tables and facts of its own."""
    rows = [{"id": "all", "when": {}, "then": "a"}]
    service = {"inputs": ["own.subcontracted"], "outcomes": ["a"], "hit_policy": "first", "rows": rows}
    by_service = {
        "id": "by-service",
        "when": {"tables.service": '"a"', "mobilisation": '"national"'},
        "then": "regional",
    }
    reworded = {"id": "one-centre", "when": {"service_reach": '"one_centre"'}, "then": "local", "clause": "note 3"}
    level = {"add": [TO_THE_REGION, by_service], "remove": ["local-client"], "replace": [reworded]}
    facts = [*FACTS, SUBCONTRACTED | {"name": "internal", "kinds": ["malfunction"]}]
    changes: Any = {"survey": {"threshold": 7}, "risk": {"high_from": 9}, "deadline": {"days": 12}}
    own = own_policy("b", facts, {"service": service, "level": level}, **changes)

    def of_table(lang: Lang, table: DecisionTable[Any], values: dict[str, Iterable[Any]]) -> Iterator[str]:
        yield table.to_markdown(lang)
        yield from (f"{finding.kind}: {finding.in_(lang)}" for finding in table.check())
        for facts in product(*values.values()):
            decision = table.decide(dict(zip(values, facts, strict=True)))
            yield f"{table.name}: {', '.join(map(str, facts))}"
            for reader in Audience if table.plain_statements else (Audience.AGENT, Audience.DEVELOPER):
                yield decision.explain(lang, audience=reader)
            for reader in (Audience.AGENT, Audience.DEVELOPER):
                yield from (decision.why_not(one).explain(lang, audience=reader) for one in table.outcomes)

    def lines() -> Iterator[str]:
        for lang in LANGUAGES:
            for table, values in in_words():
                yield from of_table(lang, table, values)
            for levels, reader in product(((), (Level.LOCAL,), tuple(Level)), Audience):
                yield deadline_sentence(LONGER, lang, audience=reader, levels=levels)
            yield m2_1().diff(own).to_markdown(lang)
        usual = {*catalogue(m2_1()).splitlines()}
        yield from (line for line in catalogue(own).splitlines() if line not in usual)

    approved("tables.md", dict.fromkeys(lines()))


def test_the_words_of_figures_and_text_blocks() -> None:
    """Names of streams, signals, what a chart of gaps says, questions, lacking facts, what pydantic refuses; of the
    test kit, the counts of rules and a built case; of the command, a request for access and errors of the system.
    """
    desk = factories.new_desk()
    reference = desk.register(MalfunctionFacts(received_at=factories.at(2)), site="CRE").reference
    factories.registered(desk)

    def lines() -> Iterator[Wording]:
        for one in STREAMS.values():
            yield stream_in_words(f"{one.name}:{'/'.join(one.parts)}", agency.SITES)
        for limit, after in ((None, 9), (5, 9), (5, 1)):
            yield GChart(before=(1, 2), after=(after,), mean=None, limit=limit, alpha=0.01).sentence
        yield from (one.definition for one in DETECTORS.values())
        yield from (signal_in_words(seen, 0.04 * seen, 300, "2026-W01", "2026-W05") for seen in (1, 40))
        yield from (one.question_to_complainant or one.question for one in BASE_FACTS.values())
        for block in desk.reports.text_blocks(reference, every_block()):
            yield from block.missing
        for made in VALUE_WORDINGS.values():
            yield made(defaultdict(lambda: 2, expected="'a' or 'b'"))

    def of_the_test_kit() -> Iterator[str]:
        yield from NOUNS.values()
        with rule_coverage() as coverage:
            m2_1().assess(factories.facts(), BusinessCalendar.france())
        coverage.on_columns()
        yield from (coverage.report(lang, every=every) for lang in LANGUAGES for every in (True, False))
        yield from (text for text in re.split("<.*?>", a_closed_case(factories.new_desk()).to_html(texts=True)) if text)

    def of_the_command() -> Iterator[str]:
        found = desk.personal_data_of("Durand")
        held = [attrs.evolve(one, relation=each) for one in found for each in PersonRelation]
        held += [attrs.evolve(one, text="M. Durand", holder="R-2") for one in found]
        held += [attrs.evolve(one, text="**M. Durand**", field="report") for one in found[:1]]
        yield personal_data_text("Durand", held, factories.at(3), {})
        yield from (in_french(OSError(number, "?", "x")) for number in sorted(errno.errorcode))

    words = (f"{one.fr} | {one.en}" for one in lines())
    approved("words.txt", [*words, *of_the_test_kit(), *dict.fromkeys(of_the_command())])


def test_the_statements_that_define_the_database() -> None:
    """Tables, views and the index of words; on PostgreSQL, which `make test` has not, what a driver would get."""

    backends: Any = (sqlite, postgresql)

    def lines() -> Iterator[str]:
        for dialect in (backend.dialect() for backend in backends):
            connection = mock.MagicMock(dialect=dialect)
            for called in (views.drop_views, views.create_views, word_index.create, word_index.is_present):
                called(connection)
            yield from (str(args[0]) for _, args, _ in connection.mock_calls if args)
            for table in METADATA.sorted_tables:
                indexes = sorted(table.indexes, key=attrgetter("name"))
                made: list[Any] = [CreateTable(table), *map(CreateIndex, indexes)]
                yield from (str(one.compile(dialect=dialect)).replace(" \n", "\n").strip() for one in made)

    approved("statements.txt", lines())


def is_plain(value: Any) -> bool:
    """Return True for a text, a number, a duration, or what has nothing but these and keys for them or for wordings."""
    if isinstance(value, Mapping):
        return all(is_plain(one) or isinstance(one, Wording) for one in value.values())
    if isinstance(value, tuple | list):
        return all(map(is_plain, value))
    return isinstance(value, str | int | float | Decimal | timedelta)


def test_the_declared_texts() -> None:
    """All sentences of constants, in both languages of a wording, for who reviews or translates them; plain values."""
    seen = dict[int, Any]()

    def lines(value: Any) -> Iterator[str]:
        if id(value) in seen:
            return
        seen[id(value)] = value
        if isinstance(value, str | Wording):
            text = value if isinstance(value, str) else f"{value.fr} | {value.en}"
            yield from [text] * (" " in text)
        elif attrs.has(type(value)):
            yield from lines([getattr(value, one.name, None) for one in attrs.fields(type(value))])
        elif isinstance(value, Guards):
            yield from lines([value.by_id, value.inputs])
        elif isinstance(value, Mapping | list | tuple):
            for one in chain(value, value.values() if isinstance(value, Mapping) else ()):
                yield from lines(one)

    names = [one.name for one in pkgutil.walk_packages(reclamation_core.__path__, "reclamation_core.")]
    declared = [vars(importlib.import_module(one)) for one in names if not re.search("django|migrations|__", one)]
    constants = [(all_, name, one) for all_ in declared for name, one in all_.items() if re.match("_?[A-Z]", name)]
    approved("texts.txt", sorted({line for *_, one in constants for line in lines(one)}))
    sources = {all_["__name__"]: Path(all_["__file__"]).read_text(encoding="utf-8") for all_ in declared}
    values = [(all_["__name__"], name, one) for all_, name, one in constants if is_plain(one) and one]
    defined = [one for one in values if re.search(rf"^{one[1]}\b.* =", sources[one[0]], re.MULTILINE)]
    approved("values.txt", (f"{module}.{name} = {one!r}" for module, name, one in defined))


def displayed() -> Iterator[Any]:
    """Yield examples of what a notebook displays."""
    desk, reference, *_ = written()
    yield from (desk.cases.get(reference), desk.cases.find(CaseQuery(limit=2)), desk.pgaac("CRE"))
    yield from (desk.agenda(date(2026, 12, 31)), Agenda(until=JUNE, answers=(), checks=(), damaged=("R-1", "site:CRE")))
    yield from (desk.signals(since=date(2026, 1, 1), min_count=1), Signals(found=(), damaged=("R-1",)))
    rising, _ = risen()
    rising.maintenance.nightly(signals=True)
    yield from (rising.signals(), rising.pgaac("CRE"))
    yield from (after_example(example_case(one), one) for one in ("rerouted", "withdrawn", "linked", "anonymised"))
    for made in PLANS.values():
        plan = plan_after(made(), signed(6)(published()), signed(7)(published(recipients=("Direction",))))
        yield from (plan, *plan.published_plans, plan.lines[0].action)
    for one in ("action_reopened", "texts_forgotten", "follow_up_named"):
        plan = after_plan_example(example_plan(one), one)
        yield from (plan, *(line.action for line in plan.lines))
    yield from (Pgaac(scope=CRETEIL), to_do(cause_family="planning", site=None, level=Level.REGIONAL, check_on=None))
    changed = parse_policy(
        {
            "starts_from": "M2-1",
            "edition": "b",
            "in_force_from": JUNE,
            "in_force_until": JUNE,
            "survey": {"threshold": 7},
            "tables": {"level": {"remove": ["local-client"]}},
        }
    )
    yield from (m2_1(), changed, m2_1().diff(changed), *analyses())
    for facts in (ComplaintFacts(received_at=factories.at(1)), factories.facts()):
        yield m2_1().assess(facts, BusinessCalendar.france())
    decision = scope_table().decide({"note": 8, "formal": False})
    yield from (scope_table(), level_table(), decision, decision.why_not(True), scope_table().decide({}))
    yield from (late(), late().ledger, LONGER)


def test_what_a_notebook_shows() -> None:
    """By default; of the first of each class also with each option of its `to_html`. A style is a number."""
    options = {"lang": "en", "texts": True, "headings": True, "sites": factories.SITES}
    styles, classes = dict[str, str](), set[type[Any]]()

    def numbered(found: re.Match[str]) -> str:
        return f" {styles.setdefault(found[1], f'{len(styles)}={found[1]}').partition('=')[0]}"

    def lines() -> Iterator[str]:
        for one in displayed():
            known = inspect.signature(one.to_html).parameters if hasattr(one, "to_html") else ()
            tried = [name for name in options if name in known and type(one) not in classes]
            classes.add(type(one))
            yield f"# {type(one).__name__}"
            for page in (one._repr_html_(), *(one.to_html(**{name: options[name]}) for name in tried)):
                yield (
                    re.sub(' style="([^"]*)"', numbered, page).replace("<tr", "\n<tr").replace("</table>", "\n</table>")
                )
        yield from styles.values()

    approved("notebook.html", lines())
