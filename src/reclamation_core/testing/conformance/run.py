"""Read, write and check conformance files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import partial
from importlib import resources
from pathlib import Path
from types import NoneType
from typing import Any, Final

import attrs

from reclamation_core.calendars import DeadlineStatus
from reclamation_core.cases.documents import FACTS
from reclamation_core.documents import parse_json
from reclamation_core.documents.codec import Codec, Encoding, Schema, Structure, Variants
from reclamation_core.documents.schema import json_schema
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.missing import ABSENT
from reclamation_core.policy import Policy, m2_1
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.tables import DecisionTable
from reclamation_core.testing._arguments import expect
from reclamation_core.testing.conformance.cases import (
    AcknowledgementCase,
    AssessmentCase,
    Code,
    Conformance,
    ConformanceCase,
    DeadlineCase,
    ImposedLevelCase,
    LevelChangeCase,
    MethodCase,
    PermissionCase,
    QualificationCase,
    RetentionCase,
    RoleCase,
    SiteCase,
    Situation,
    SuspensionCase,
    decision_of,
)
from reclamation_core.testing.rules import without_rule_coverage
from reclamation_core.vocabulary import FACTS as FACTS_BY_NAME
from reclamation_core.vocabulary import Level, Sites
from reclamation_core.vocabulary.own_documents import OWN_FACTS
from reclamation_core.wording import Lang, Wording


def _one_of(types: tuple[type, ...], expected: Wording) -> Any:
    def read(value: object, _: Structure) -> Any:
        if type(value) not in types:
            raise FaultsError((Fault("", value, expected),))
        return value

    return read


_CODES: Final = Encoding(
    annotation=Code,
    read=_one_of(
        (str, int), Wording("un code ou un nombre entier est attendu", "a code or a whole number is expected")
    ),
    schema=lambda _: {"type": ["string", "integer"]},
)
_SITUATIONS: Final = Encoding(
    annotation=Situation,
    read=_one_of((bool, str), Wording("vrai, faux ou un code est attendu", "true, false or a code is expected")),
    schema=lambda _: {"type": ["boolean", "string"]},
)
_CASES: Final = Variants(
    annotation=ConformanceCase,
    classes={
        "assessment": AssessmentCase,
        "deadline": DeadlineCase,
        "acknowledgement": AcknowledgementCase,
        "qualification": QualificationCase,
        "method": MethodCase,
        "imposed_level": ImposedLevelCase,
        "retention": RetentionCase,
        "suspension": SuspensionCase,
        "level_change": LevelChangeCase,
        "permission": PermissionCase,
        "role": RoleCase,
        "site": SiteCase,
    },
    key="kind",
)
_FILES: Final = Variants(annotation=Conformance, classes={"conformance": Conformance})
_CODEC: Final = Codec((_FILES, _CASES, FACTS), encodings=(_CODES, _SITUATIONS, OWN_FACTS))


@attrs.frozen
class Difference(SharedRepr):
    """A difference between a case's expected result and the decision of an edition.

    Attributes:
        case: the name of the case.
        field: the field that differs, as a dotted path: `decisions.level.outcome`.
        expected: the expected value, as in the file; `ABSENT` if the file has none.
        found: the value of the edition; `ABSENT` if it has none.
        sentence: the difference as a French sentence, with labels for codes; "" to show the fields as they are.
    """

    case: str
    field: str
    expected: Any
    found: Any
    sentence: str = attrs.field(default="", eq=False, repr=False)

    def in_(self, lang: Lang) -> str:
        """Return the difference as a sentence."""
        if lang == "fr" and self.sentence:
            return self.sentence
        expected, found = _shown(self.expected, lang), _shown(self.found, lang)
        if lang == "fr":
            return f"{self.case}, {self.field} : attendu {expected}, trouvé {found}"
        return f"{self.case}, {self.field}: {expected} expected, {found} found"

    def __str__(self) -> str:
        return self.in_("en")


def _shown(value: object, lang: Lang) -> str:
    if value is ABSENT:
        return "rien" if lang == "fr" else "nothing"
    if value is None:
        return "null"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_shown(item, lang) for item in value)}]"
    return f"« {value} »" if lang == "fr" and isinstance(value, str) else repr(value)


def check_conformance(
    conformance: Conformance, policy: Policy | None = None, sites: Sites | None = None
) -> tuple[Difference, ...]:
    """Return the differences between conformance cases and the decisions of an edition, in the order of the cases.

    Args:
        conformance: the cases.
        policy: the edition; `m2_1()` by default.
        sites: the sites of the application, for the cases of sites. If there are such cases, a site without one is a
            difference.

    Raises:
        TypeError: an argument is of another type.
    """
    expect("conformance", conformance, Conformance, remedy="read_conformance and shipped_conformance return one")
    edition = m2_1() if policy is None else policy
    expect("policy", edition, Policy)
    expect("sites", sites, Sites, NoneType)
    with without_rule_coverage():
        found = [difference for case in conformance.cases for difference in _differences(case, edition, sites)]
    shown = {case.site for case in conformance.cases if isinstance(case, SiteCase)}
    others = [code for code in sites or () if shown and code not in shown]
    return (*found, *(Difference(f"site/{code}", "site", ABSENT, code) for code in others))


def _differences(case: ConformanceCase, policy: Policy, sites: Sites | None) -> Iterator[Difference]:
    try:
        decided = decision_of(case, policy, sites)
    except FaultsError as error:
        for fault in error.faults:
            yield Difference(case.id, fault.path, ABSENT, fault.in_("fr"))
        return
    if decided != case.expected:  # encoding is slow
        for field, expected, found in _compare("", _CODEC.write(case.expected), _CODEC.write(decided)):
            yield Difference(case.id, field, expected, found, _sentence(case, policy, field, expected, found))


NOUNS: Final = {
    "handling_level": "niveau qui traite",
    "question": "question à poser",
    "due": "échéance",
    "corrected_due": "échéance après rectification",
    "changed_on": "jour du changement de niveau",
    "received_on": "jour de réception",
    "status": "état du délai",
    "active_until": "fin de la durée active",
    "kept_until": "fin de la conservation",
    "allowed": "opération permise",
    "guards": "conditions non remplies",
    "refused": "informations refusées",
    "awaited": "réponse attendue",
    "possible": "issues possibles",
    "rows": "règles appliquées",
    "time_zone": "fuseau horaire",
    "days_off": "jours non travaillés",
}
_LABELS: Final = {
    **{member.value: member.label("fr") for vocabulary in (Level, DeadlineStatus) for member in vocabulary},
    **{name: fact.label.fr for name, fact in FACTS_BY_NAME.items()},
}


def _sentence(case: ConformanceCase, policy: Policy, field: str, expected: object, found: object) -> str:
    """Return a difference for a reader: what the case shows, what differs, both values by their labels."""
    noun, words = NOUNS.get(field, field), partial(_in_french, _LABELS)
    parts = field.split(".")
    if parts[0] == "due" and len(parts) > 1:
        noun = f"échéance d'une réception du {words(parts[1])}"
    if parts[0] == "decisions" and parts[1] in policy.tables:
        table = policy.tables[parts[1]]
        is_of_rules = parts[2:] == ["rows"]
        labels = _rule_numbers(policy, table) if is_of_rules else _outcome_labels(table)
        noun, words = table.title.fr, partial(_in_french, labels)
        if len(parts) > 2 and parts[2] in NOUNS:
            noun = f"{noun}, {NOUNS[parts[2]]}"
    return f"{case.shows.fr} ; {noun} : attendu « {words(expected)} », trouvé « {words(found)} »"


def _outcome_labels(table: DecisionTable[Any]) -> dict[Any, str]:
    return {str(outcome): table.outcome_label(outcome).fr for outcome in table.cells.outcomes}


def _rule_numbers(policy: Policy, table: DecisionTable[Any]) -> dict[Any, str]:
    return {row.id: policy.rule_numbers[table.name, row.id] for row in table.rows}


def _in_french(labels: Mapping[Any, str], value: object) -> str:
    if value is ABSENT:
        return "sans objet"
    if isinstance(value, Mapping):  # a whole decision
        if value["outcome"] is None and value["possible"]:
            *others, last = (_in_french(labels, item) for item in value["possible"])
            return f"{', '.join(others)} ou {last}" if others else last
        value = value["outcome"]
    if value is None:
        return "à déterminer"
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, list | tuple):
        return ", ".join(_in_french(labels, item) for item in value) or "aucune"
    day = _ISO_DAY.fullmatch(str(value))
    return "/".join(reversed(day.groups())) if day else labels.get(str(value), str(value))


_ISO_DAY: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)")


def _compare(path: str, expected: object, found: object) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        for name in dict.fromkeys((*expected, *found)):
            below = f"{path}.{name}" if path else name
            yield from _compare(below, expected.get(name, ABSENT), found.get(name, ABSENT))
    elif (list(expected) if isinstance(expected, tuple) else expected) != (
        list(found) if isinstance(found, tuple) else found
    ):
        yield path, expected, found


def conformance_text(conformance: Conformance) -> str:
    """Return conformance cases as JSON, one case a line, so that two files can be compared line by line."""
    document = _CODEC.write(conformance)
    cases = ",\n".join(json.dumps(case, ensure_ascii=False) for case in document.pop("cases"))
    head = json.dumps(document, ensure_ascii=False)[:-1]
    return f'{head}, "cases": [\n{cases}\n]}}\n'


def parse_conformance(text: str) -> Conformance:
    """Read conformance cases from a JSON text.

    Raises:
        FaultsError: the text is not JSON, or not in this format; with all faults and their paths.
    """
    return _CODEC.read(parse_json(text), Conformance)


def read_conformance(path: str | Path) -> Conformance:
    """Read conformance cases from a file in UTF-8.

    Raises:
        OSError: the file cannot be read.
        FaultsError: as `parse_conformance`.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        expected = Wording("un fichier JSON en UTF-8 est attendu", "a JSON file in UTF-8 is expected")
        raise FaultsError((Fault("$", str(path), expected),)) from error
    return parse_conformance(text)


def shipped_conformance() -> Conformance:
    """Return the conformance cases of M2-1 that the package contains."""
    return parse_conformance(shipped_text())


def shipped_text() -> str:
    """Return the text of the package's conformance file."""
    file = resources.files("reclamation_core.testing").joinpath("data/conformance-m2-1.json")
    return file.read_text(encoding="utf-8")


def conformance_schema() -> Schema:
    """Return the JSON Schema (draft 2020-12) of a conformance file."""
    return json_schema(_CODEC, Conformance, "conformance")
