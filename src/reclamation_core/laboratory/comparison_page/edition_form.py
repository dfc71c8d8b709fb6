"""The form of an edition: an edition to start from, and what a person changes in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import attrs

from reclamation_core.errors import Fault, FaultsError
from reclamation_core.intake.timestamps import parse_time
from reclamation_core.laboratory.comparison_page.exchange import LARGEST_TOML, PostedForm, UploadedFile, number_in
from reclamation_core.laboratory.derivation import what_if
from reclamation_core.policy import Policy, read_policy
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.vocabulary import Level
from reclamation_core.wording import Lang, Wording

SIDES: Final = ("before", "after")
"""The prefixes of the fields of both editions."""
_BETWEEN: Final = re.compile(r"\s*(?:\.\.|\s[-–]\s|\bau\b|\bto\b)\s*")
_WHOLE: Final = Wording(
    "un nombre entier de jours est attendu, comme 15", "a whole number of days is expected, like 15"
)
_DAYS: Final = Wording(
    "un jour ou une période est attendu à chaque ligne, comme 10/08/2026 ou 10/08/2026 au 14/08/2026",
    "a day or a period is expected on each line, such as 2026-08-10 or 2026-08-10 to 2026-08-14",
)
_CONDITION: Final = Wording(
    "une condition est attendue à chaque ligne, comme satisfaction : < 7",
    "a condition is expected on each line, such as satisfaction: < 7",
)
_CODE: Final = Wording(
    "un code et son libellé sont attendus à chaque ligne, comme opco : opérateur de compétences",
    "a code and its label are expected on each line, such as opco: skills operator",
)
_FILE_OR_TEXT: Final = Wording(
    "un fichier ou un texte est attendu, pas les deux", "a file or a text is expected, not both"
)
_SIZE: Final = Wording(
    f"un fichier de {LARGEST_TOML >> 20} Mo au plus est attendu",
    f"a file of at most {LARGEST_TOML >> 20} MB is expected",
)
_FIELD_OF: Final = (
    ("survey.threshold", "threshold"),
    ("deadline.days", "days"),
    *((f"deadline.by_level.{level}", f"days-{level}") for level in Level),
    ("closures", "closures"),
    ("facts[0].label", "fact-label"),
    ("facts[0].type", "fact-type"),
    ("facts[0].codes", "fact-codes"),
    ("facts", "fact-name"),
)
"""The fields of the form by the beginning of the path of a fault."""
_ROW_ENDS: Final = ((".id", "row-id"), (".then", "row-then"), (".clause", "row-clause"))


@attrs.frozen
class EditionForm(SharedRepr):
    """The form of an edition on one side.

    Args:
        form: what was sent.
        side: one of `SIDES`.
    """

    form: PostedForm
    side: str

    def edition(self, start: Policy, lang: Lang) -> Policy:
        """Return the edition.

        Args:
            start: the edition to start from.
            lang: the language of its name where a person gave none.

        Raises:
            FaultsError: with the id of a field as the path of each fault.
        """
        faults: list[Fault] = []
        changes = dict(self._parameters(start, faults))
        tables, facts = self._tables(faults), self._facts(faults)
        if faults:
            raise FaultsError(faults)
        name = self._text("name") or None
        if not changes and not tables and not facts:
            return start if name is None else attrs.evolve(start, edition=name)
        with self._faults_of_fields():
            return what_if(start, edition=name, tables=tables, facts=facts, lang=lang, **changes)

    def start(self, known: Mapping[str, Policy]) -> Policy:
        """Return the edition to start from: that of a policy file, else the one chosen.

        Raises:
            FaultsError: the file is refused.
        """
        upload, text = self.form.file(f"{self.side}-file"), self._text("toml")
        if upload is not None and text:
            raise FaultsError((Fault(self._id("toml"), upload.name, _FILE_OR_TEXT),))
        if text:
            upload = UploadedFile("policy.toml", text.encode(errors="replace"))
        if upload is not None:
            return self._read(upload, known)
        chosen = self._text("start")
        return known[chosen] if chosen in known else next(iter(known.values()))

    def own_columns(self) -> Mapping[str, str]:
        """Return the column chosen for the fact of one's own, by its name; none where none is chosen."""
        name, column = self._text("fact-name"), self._text("fact-column")
        return {name: column} if name and column else {}

    def _id(self, name: str) -> str:
        return f"{self.side}-{name}"

    def _text(self, name: str) -> str:
        return self.form.text(self._id(name))

    def _lines(self, name: str) -> list[str]:
        return [line.strip() for line in self._text(name).splitlines() if line.strip()]

    def _read(self, upload: UploadedFile, known: Mapping[str, Policy]) -> Policy:
        field = self._id("toml" if self._text("toml") else "file")
        if len(upload.content) > LARGEST_TOML:
            raise FaultsError((Fault(field, upload.name, _SIZE),))
        with TemporaryDirectory() as folder:
            path = Path(folder, "policy.json" if upload.name.endswith(".json") else "policy.toml")
            path.write_bytes(upload.content)
            try:
                return read_policy(path, *known.values())
            except FaultsError as error:
                texts = [(one.value, Wording(one.in_("fr"), one.in_("en"))) for one in error.faults]
                raise FaultsError([Fault(field, *text) for text in texts]) from None

    def _parameters(self, start: Policy, faults: list[Fault]) -> Iterator[tuple[str, Any]]:
        """Yield the parameters that are set, by the name that `what_if` has."""
        threshold = number_in(self.form, self._id("threshold"), faults)
        if threshold is not None:
            yield "survey_threshold", threshold
        days = self._whole("days", faults)
        if days is not None:
            yield "deadline_days", days
        by_level = {level.value: self._whole(f"days-{level}", faults) for level in Level}
        given = {level: number for level, number in by_level.items() if number is not None}
        if given:
            yield "deadline_by_level", {**start.deadline.by_level, **given}
        closures = [found for line in self._lines("closures") if (found := self._period(line, faults))]
        if closures:
            yield "closures", [*([one.first, one.last] for one in start.parameters.closures), *closures]

    def _whole(self, name: str, faults: list[Fault]) -> int | None:
        text = self._text(name)
        if text and not re.fullmatch("[0-9]{1,4}", text, re.ASCII):
            faults.append(Fault(self._id(name), text, _WHOLE))
            return None
        return int(text) if text else None

    def _period(self, line: str, faults: list[Fault]) -> list[Any]:
        parts = _BETWEEN.split(line)
        try:
            days = [parse_time(part, ()).date() for part in parts]
        except ValueError:
            days = []
        if not 1 <= len(days) <= 2 or days[-1] < days[0]:
            faults.append(Fault(self._id("closures"), line, _DAYS))
            return []
        return [days[0], days[-1]]

    def _tables(self, faults: list[Fault]) -> dict[str, Any]:
        """Return the row that a person wrote, as a policy file has it; nothing where none was written."""
        id_ = self._text("row-id")
        table, _, then = self._text("row-then").partition(":")
        if not id_ and not self._text("row-when"):
            return {}
        operation = self._text("row-operation")
        if operation == "remove":
            return {table: {"remove": [id_]}}
        when = dict(self._condition(line, faults) for line in self._lines("row-when"))
        row: dict[str, Any] = {"id": id_, "then": int(then) if then.isdigit() else then, "when": when}
        if clause := self._text("row-clause"):
            row["clause"] = clause
        return {table: {"replace" if operation == "replace" else "add": [row]}}

    def _condition(self, line: str, faults: list[Fault]) -> tuple[str, str]:
        name, colon, condition = line.partition(":")
        if not colon or not name.strip() or not condition.strip():
            faults.append(Fault(self._id("row-when"), line, _CONDITION))
        return name.strip(), condition.strip()

    def _facts(self, faults: list[Fault]) -> list[dict[str, Any]]:
        """Return the fact that a person declared, as a policy file has it; none where none was declared."""
        name, label = self._text("fact-name"), self._text("fact-label")
        if not name and not label:
            return []
        kind = self._text("fact-type")
        fact: dict[str, Any] = {"name": name, "type": kind, "label": {"fr": label or name, "en": label or name}}
        codes = [self._code(line, faults) for line in self._lines("fact-codes")]
        return [fact | {"codes": codes} if codes else fact]

    def _code(self, line: str, faults: list[Fault]) -> dict[str, Any]:
        code, _, label = (part.strip() for part in line.partition(":"))
        if not code:
            faults.append(Fault(self._id("fact-codes"), line, _CODE))
        return {"code": code, "label": {"fr": label or code, "en": label or code}}

    @contextmanager
    def _faults_of_fields(self) -> Iterator[None]:
        """Raise what an edition refuses with the ids of the fields of the form."""
        try:
            yield
        except FaultsError as error:
            raise FaultsError([attrs.evolve(one, path=self._id(_field_of(one.path))) for one in error.faults]) from None


def _field_of(path: str) -> str:
    """Return the field of the form that a path of a policy file is of; the conditions for other paths of a row."""
    for begins, field in _FIELD_OF:
        if path.startswith(begins):
            return field
    return next((field for ends, field in _ROW_ENDS if path.endswith(ends)), "row-when")
