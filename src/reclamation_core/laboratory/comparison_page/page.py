"""The page that compares: its steps, from the file to the results."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import attrs

from reclamation_core.calendars import Territory
from reclamation_core.documents.csv_text import SPREADSHEET_ENCODING
from reclamation_core.errors import Fault, FaultsError, ReclamationError, wording_of
from reclamation_core.intake import ColumnMapping
from reclamation_core.intake.fields import FIELDS, MARKER_FIELDS, RECEIVED_AT, REFERENCE
from reclamation_core.intake.file_triage import CsvRejections
from reclamation_core.laboratory.comparison import Comparison, compare
from reclamation_core.laboratory.comparison_page.caseload_file import CaseloadFile, CaseloadRows, example_file
from reclamation_core.laboratory.comparison_page.compared_case import compared_case, moved_due_dates
from reclamation_core.laboratory.comparison_page.comparison_settings import (
    PREFIX,
    ComparisonSettings,
    DatedRecord,
    SettingsForm,
)
from reclamation_core.laboratory.comparison_page.edition_form import SIDES, EditionForm
from reclamation_core.laboratory.comparison_page.exchange import (
    LARGEST_FILE,
    LARGEST_TOML,
    Download,
    PostedForm,
    Progress,
    Response,
    UploadedFile,
)
from reclamation_core.laboratory.comparison_page.rendering import render
from reclamation_core.laboratory.comparison_report import changed_cases, moved_cases
from reclamation_core.laboratory.group_columns import MOST_GROUPS, REGION
from reclamation_core.laboratory.reports import laboratory_report
from reclamation_core.policy import Policy, m2_1
from reclamation_core.policy.own_facts import TYPES
from reclamation_core.reporting import Report, ReportFormat, report_bytes
from reclamation_core.reporting.formats import MEDIA_TYPES
from reclamation_core.reporting.report import file_stem
from reclamation_core.vocabulary import FACTS, Level
from reclamation_core.wording import Lang, Wording

TARGET: Final = "page"
"""The id of the element whose content each response replaces."""
HEADING: Final = "titre"
ERRORS: Final = "erreurs"
"""The ids of the heading and of the summary of errors, which take the focus."""
TITLE: Final = Wording("Comparer deux versions de la procédure", "Compare two editions of the procedure")
_HEADINGS: Final[Mapping[str, Wording]] = {
    "file": Wording("Votre fichier", "Your file"),
    "columns": Wording("Les colonnes du fichier", "The columns of the file"),
    "policies": Wording("Les deux versions", "The two editions"),
    "results": Wording("Les résultats", "The results"),
    "case": Wording("Une demande", "One message"),
}
_STEPS: Final = ("file", "columns", "policies", "results")
_NO_FILE: Final = Wording("choisissez un fichier, ou l'exemple", "choose a file, or the example")
_NO_RECORD: Final = Wording(
    "aucune ligne du fichier ne peut être lue : corrigez les colonnes ou le fichier",
    "no row of the file can be read: correct the columns or the file",
)
_SAME_NAME: Final = Wording(
    "les deux versions ont le même nom : choisissez-en un autre pour celle-ci",
    "both editions have the same name: give this one another",
)
_NOT_SAID: Final = Wording("répondez oui ou non", "answer yes or no")
_GONE: Final = Wording("cette demande n'est pas dans le fichier", "this message is not in the file")
_NO_RESULT: Final = Wording("comparez d'abord les deux versions", "compare the two editions first")
_NOTHING_LEFT: Final = Wording("Le travail est arrêté. Choisissez un fichier.", "The work is stopped. Choose a file.")
_ENTERED: Final = (*(f"{side}-" for side in SIDES), PREFIX)
"""How the names of the fields of editions and of what holds for both begin."""
_FIELDS: Final = ("file", "mapping", "near-", "column-", *_ENTERED)
"""How the ids of fields begin."""
_BY: Final = ("site", "month")
_TOML: Final = "application/toml"
_CHUNK: Final = 1 << 7
_REFUSALS: Final = (ReclamationError, ValueError, OSError)
"""What a file, a column or an edition can be refused with."""


class ComparisonPage:
    """The page that compares two editions on a file, as a person goes through it.

    It holds the file, the editions and the results in memory, for one person. It opens no connection: a program passes
    it what a form sends, and shows what it returns.

    Args:
        lang: the language of the page.

    Raises:
        ValueError: the language is neither "fr" nor "en".
    """

    def __init__(self, lang: Lang) -> None:
        TITLE.in_(lang)
        self._session = _Session(lang)

    @property
    def lang(self) -> Lang:
        """The language of the page."""
        return self._session.lang

    @property
    def comparison(self) -> Comparison | None:
        """The last comparison; None before the first one."""
        return self._session.comparison

    def document(self) -> str:
        """Return the whole HTML document with the form of the file, which is of use before any program runs.

        Raises:
            MissingExtraError: Jinja2 is not installed.
        """
        context = self._session.context("file", ())
        return render("document.html", self.lang, page_title=TITLE, first="file.html", **context)

    def respond(
        self, fields: Mapping[str, Sequence[str]], files: Mapping[str, Sequence[UploadedFile]], progress: Progress
    ) -> Response:
        """Return the response to a form: the next step, or the same one with what is wrong in it.

        Args:
            fields: the values of each field, in order; the last `step` says what is done.
            files: the files of each field.
            progress: receives how much is done, of 100, while rows are read and decided.

        Raises:
            MissingExtraError: Jinja2 is not installed.
        """
        return self._session.respond(PostedForm(fields, files, progress))


class _Session:
    """What a person has chosen so far, and the steps.

    Args:
        lang: the language of the page.
    """

    def __init__(self, lang: Lang) -> None:
        self.lang: Lang = lang
        self.editions: dict[str, Policy] = dict.fromkeys(SIDES, m2_1())
        self.comparison: Comparison | None = None
        self.caseload: CaseloadRows | None = None
        self.moved: tuple[tuple[str, date | None, date | None], ...] = ()
        self._file: CaseloadFile | None = None
        self._known: dict[str, Policy] = {m2_1().edition: m2_1()}
        self._entered: Mapping[str, Sequence[str]] = {}
        self._asked: PostedForm | None = None
        self._is_example = self._has_columns = False
        self._settings = ComparisonSettings()

    def respond(self, form: PostedForm) -> Response:
        """Return the response to a form."""
        step, of = _HANDLERS.get(form.text("step"), _HANDLERS["file"])
        try:
            if self._file is None and step != "file" and not self.restore(form):
                return self.view("file", notice=_NOTHING_LEFT)
            return of(self, form)
        except _REFUSALS as error:
            shown = "file" if self._file is None else step
            return self.view(shown, errors=_errors(error, self.lang))

    # Steps

    def take_file(self, form: PostedForm) -> Response:
        if form.text("view") == "file":
            return self.view("file")
        self.read_file(form, is_example=bool(form.text("example")))
        return self.view("columns")

    def read_file(self, form: PostedForm, *, is_example: bool) -> None:
        upload = example_file(self.lang) if is_example else form.file("file")
        if upload is None:
            raise FaultsError((Fault("file", None, _NO_FILE),))
        mapping = form.file("mapping")
        self._file = CaseloadFile.of(upload, None if mapping is None or is_example else _mapping(mapping))
        self._is_example, self._has_columns = is_example, False
        self.comparison = self.caseload = self._asked = None

    def restore(self, form: PostedForm) -> bool:
        """Read again what a program that was stopped held; return False where the form has no file.

        The fields of `resume` come before those of the form.
        """
        is_example = bool(form.text("resume-example"))
        if not is_example and form.file("file") is None:
            return False
        self.read_file(form, is_example=is_example)
        if form.text("resume-columns"):
            self._file, self._has_columns = self.needed_file.with_columns(_columns(form, self.needed_file)), True
        self._entered = dict(form.fields)
        return True

    def resume(self) -> dict[str, Sequence[str]]:
        """Return what a program needs to go on after it was stopped: fields that come before those of the next form."""
        if self._file is None:
            return {}
        entered = {name: values for name, values in self._entered.items() if name.startswith(_ENTERED)}
        kept: dict[str, Sequence[str]] = {"resume-example": ["1"]} if self._is_example else {}
        if self._has_columns:
            columns = {f"column-{field}": [column] for field, column in self._file.mapping.columns.items()}
            kept |= {"resume-columns": ["1"], **columns}
        return {**kept, **entered}

    def choose_columns(self, form: PostedForm) -> Response:
        file = self.needed_file
        if form.text("view") == "columns":
            return self.view("columns")
        self._asked = form
        columns, faults = _columns(form, file), []
        for place, (column, field) in enumerate(file.near_misses):
            answer = form.text(f"near-{place}")
            if answer not in {"yes", "no"}:
                faults.append(Fault(f"near-{place}", column, _NOT_SAID))
            elif answer == "yes":
                columns.setdefault(field, column)
        if faults:
            raise FaultsError(faults)
        self._file, self.comparison, self.caseload = file.with_columns(columns), None, None
        self._asked, self._has_columns = None, True
        return self.view("policies")

    def compare(self, form: PostedForm) -> Response:
        if form.text("view") == "policies":
            return self.view("policies")
        self._entered = dict(form.fields)
        self.comparison = None
        forms = {side: EditionForm(form, side) for side in SIDES}
        editions, faults = dict[str, Policy](), list[Fault]()
        try:
            self._settings = SettingsForm(form, self.needed_file.columns).settings()
        except FaultsError as error:
            faults += error.faults
        for side, one in forms.items():
            try:
                start = one.start(self._known)
                self._known[start.edition] = start
                editions[side] = one.edition(start, self.lang)
            except FaultsError as error:
                faults += error.faults
        if not faults and len(set(editions.values())) > len({one.edition for one in editions.values()}):
            faults.append(Fault("after-name", editions["after"].edition, _SAME_NAME))
        if faults:
            raise FaultsError(faults)
        self.editions = editions
        own = {name: column for one in forms.values() for name, column in one.own_columns().items()}
        self.run(form.progress, own)
        return self.view("results")

    def run(self, progress: Progress, own: Mapping[str, str]) -> None:
        before, after = (self.editions[side] for side in SIDES)
        settings = self._settings
        caseload = self.caseload = self.needed_file.read((before, after), settings, progress, own)
        if not caseload.records:
            raise FaultsError((Fault("", None, _NO_RECORD),))
        self.comparison = compare(
            _counted(caseload.records, progress),
            before,
            after,
            settings.calendars(caseload.records),
            by=_dimensions(caseload, settings),
            as_of=settings.as_of,
            costs=settings.costs,
            population=settings.population,
            references=len(caseload.records),
        )
        self.moved = tuple(moved_due_dates(caseload.records, (before, after)))
        progress(100, 100)

    def results(self, _: PostedForm) -> Response:
        return self.view("results")

    def case(self, form: PostedForm) -> Response:
        reference = form.text("reference")
        try:
            record = self.needed_caseload.record(reference)
        except LookupError:
            raise FaultsError((Fault("reference", reference, _GONE),)) from None
        caseload, editions = self.needed_caseload, (self.editions["before"], self.editions["after"])
        shown = compared_case(record, caseload.columns, editions, self.lang)
        return self.view("case", one=shown)

    def download(self, form: PostedForm) -> Response:
        kind, _, table = form.text("what").partition(":")
        return self.response("", "", "", self.file_of(kind, table))

    def file_of(self, kind: str, table: str) -> Download:
        """Return a file of the results.

        Raises:
            FaultsError: there is no such file.
        """
        if kind in SIDES:
            policy = self.editions[kind]
            return Download(f"{file_stem(policy.edition)}.toml", _TOML, policy.to_toml().encode())
        if kind == "rejected":
            return Download(
                "rejets.csv" if self.lang == "fr" else "rejected.csv", MEDIA_TYPES[ReportFormat.CSV], self.rejected()
            )
        report = self.report()
        name = file_stem(report.title.in_(self.lang))
        if kind == "xlsx":
            return Download(
                f"{name}.xlsx", MEDIA_TYPES[ReportFormat.XLSX], report_bytes(report, ReportFormat.XLSX, self.lang)
            )
        content = report_bytes(report.only(table), ReportFormat.CSV, self.lang)
        titles = {one.name: one.title.in_(self.lang) for one in report.tables}
        return Download(f"{file_stem(titles[table])}.csv", MEDIA_TYPES[ReportFormat.CSV], content)

    def report(self) -> Report:
        """Return the report of the comparison, with the messages that are decided otherwise; files are made of it.

        Raises:
            FaultsError: nothing is compared yet.
        """
        if self.comparison is None:
            raise FaultsError((Fault("", None, _NO_RESULT),))
        report = laboratory_report(self.comparison)
        return attrs.evolve(report, tables=(*report.tables, moved_cases(self.moved), changed_cases(self.comparison)))

    def rejected(self) -> bytes:
        caseload, text = self.needed_caseload, StringIO()
        writer = CsvRejections(text, caseload.columns, ";", caseload.name_of, self.lang)
        for row in caseload.rejected:
            writer.write(row)
        return text.getvalue().encode(SPREADSHEET_ENCODING)

    # Views

    @property
    def needed_file(self) -> CaseloadFile:
        assert self._file is not None  # noqa: S101  without a file `recover` responds
        return self._file

    @property
    def needed_caseload(self) -> CaseloadRows:
        if self.caseload is None:
            raise FaultsError((Fault("", None, _NO_RESULT),))
        return self.caseload

    def view(self, view: str, *, errors: Sequence[tuple[str, str]] = (), **more: object) -> Response:
        if view == "results" and self.comparison is None:
            view = "policies"
        html = render(f"{view}.html", self.lang, **(self.context(view, errors) | more))
        elsewhere = {field for field, _ in errors if f' id="{field}"' not in html}
        if elsewhere - {""}:  # a field of another step has no link
            errors = [("" if field in elsewhere else field, text) for field, text in errors]
            html = render(f"{view}.html", self.lang, **(self.context(view, errors) | more))
        title = _HEADINGS[view].in_(self.lang)
        if errors:
            title = f"{'Erreur : ' if self.lang == 'fr' else 'Error: '}{title}"
        return self.response(html, ERRORS if errors else HEADING, f"{title} – {TITLE.in_(self.lang)}", None)

    def response(self, html: str, focus: str, title: str, download: Download | None) -> Response:
        return Response(html, TARGET if html else "", focus, title, download, self.lang, self.resume())

    def context(self, view: str, errors: Sequence[tuple[str, str]]) -> dict[str, object]:
        by_field: dict[str, str] = {}
        for field, text in errors:
            by_field.setdefault(field, text)
        context: dict[str, object] = {
            "heading": _HEADINGS[view],
            "errors": errors,
            "error_of": by_field,
            "notice": None,
            "steps": [(step, _HEADINGS[step], step == view, self.is_reached(step)) for step in _STEPS],
            "file": self._file,
            "rejected": () if self.caseload is None else self.caseload.rejected,
            "largest_file": LARGEST_FILE,
            "largest_toml": LARGEST_TOML,
        }
        return context | (dict(_CONTEXTS[view](self)) if view in _CONTEXTS else {})

    def is_reached(self, step: str) -> bool:
        return step == "file" or (self._file is not None if step != "results" else self.comparison is not None)

    def of_columns(self) -> Iterator[tuple[str, object]]:
        file = self.needed_file
        needed = (REFERENCE.name, RECEIVED_AT.name)
        fields = [one for name, one in FIELDS.items() if name not in MARKER_FIELDS or name in file.matches]
        yield "matches", file.matches if self._asked is None else _columns(self._asked, file)
        yield "answer_of", lambda name: "" if self._asked is None else self._asked.text(name)
        yield "needed", [one for one in fields if one.name in needed]
        yield "others", [one for one in fields if one.name not in needed]
        yield "near", [(place, column, FIELDS[field]) for place, (column, field) in enumerate(file.near_misses)]

    def of_policies(self) -> Iterator[tuple[str, object]]:
        yield "territories", [(one.value, one.label(self.lang)) for one in Territory]
        yield "known", tuple(self._known)
        yield "levels", tuple(Level)
        yield "fact_types", TYPES
        yield "tables", tuple(m2_1().tables.values())
        yield "facts", tuple(FACTS.values())
        yield "entered", lambda name: next(iter(reversed(self._entered.get(name, ()))), "")

    def of_results(self) -> Iterator[tuple[str, object]]:
        report = self.report()
        yield "report", report
        yield "calendars", self._settings.counted(self.needed_caseload.records)
        yield "listed", report.tables[-2:]


_CONTEXTS: Final[Mapping[str, Callable[[_Session], Iterable[tuple[str, object]]]]] = {
    "columns": _Session.of_columns,
    "policies": _Session.of_policies,
    "results": _Session.of_results,
}
_HANDLERS: Final[Mapping[str, tuple[str, Callable[[_Session, PostedForm], Response]]]] = {
    "file": ("file", _Session.take_file),
    "columns": ("columns", _Session.choose_columns),
    "policies": ("policies", _Session.compare),
    "compare": ("policies", _Session.compare),
    "results": ("policies", _Session.results),
    "case": ("results", _Session.case),
    "download": ("results", _Session.download),
}


def _columns(form: PostedForm, file: CaseloadFile) -> dict[str, str]:
    """Return the columns that a form has for fields."""
    return {name: column for name in FIELDS if (column := form.text(f"column-{name}")) in file.columns}


def _counted(records: Sequence[DatedRecord], progress: Progress) -> Iterator[DatedRecord]:
    """Yield records, and report the progress, in percent, from 50."""
    for number, record in enumerate(records):
        if not number % _CHUNK:
            progress(50 + 50 * number // len(records), 100)
        yield record


def _dimensions(caseload: CaseloadRows, settings: ComparisonSettings) -> tuple[str, ...]:
    """Return the dimensions of the groups: the site where there are some, and not very many, its region, the month."""
    sites = {record.site for record in caseload.records}
    by = _BY if 1 < len(sites) <= MOST_GROUPS else _BY[1:]
    return by if settings.sites is None else (REGION, *by)


def _errors(error: Exception, lang: Lang) -> list[tuple[str, str]]:
    """Return what is wrong: the id of a field, and a sentence."""
    if isinstance(error, FaultsError):
        return [_of_fault(fault, lang) for fault in error.faults]
    return [("", wording_of(error).in_(lang))]


def _of_fault(fault: Fault, lang: Lang) -> tuple[str, str]:
    is_field = (
        fault.path.startswith(("file", "mapping", "near-", "column-", "before-", "after-", PREFIX)) or not fault.path
    )
    if fault.path == "population":
        return f"{PREFIX}population", fault.expected.in_(lang)
    if fault.path == "$":
        return "file", fault.expected.in_(lang)
    return (fault.path, fault.expected.in_(lang)) if is_field else ("", fault.in_(lang))


def _mapping(upload: UploadedFile) -> ColumnMapping:
    """Return the mapping of a TOML file.

    Raises:
        FaultsError: it is refused.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder, "mapping.toml")
        path.write_bytes(upload.content[: LARGEST_TOML + 1])
        try:
            return ColumnMapping.from_toml(path)
        except FaultsError as error:
            texts = (Wording(one.in_("fr"), one.in_("en")) for one in error.faults)
            raise FaultsError([Fault("mapping", upload.name, text) for text in texts]) from None
