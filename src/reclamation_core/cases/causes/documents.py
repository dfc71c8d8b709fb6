"""An analysis by any method as a document that says which one, and back."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from reclamation_core.cases.causes.base import CauseAnalysis
from reclamation_core.cases.causes.cause_tree import CauseTree
from reclamation_core.cases.causes.eight_d import EightD
from reclamation_core.cases.causes.five_whys import FiveWhys
from reclamation_core.cases.causes.ishikawa import Ishikawa
from reclamation_core.cases.causes.pdca import Pdca
from reclamation_core.cases.causes.qqoqcp import Qqoqcp
from reclamation_core.documents import make_converter, structure
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.missing import ABSENT
from reclamation_core.wording import Wording

# Making a converter takes longer than using it.
_converter = cache(make_converter)
_CLASSES: Final[dict[str, type[CauseAnalysis]]] = {
    cls.method.value: cls for cls in (FiveWhys, Ishikawa, Qqoqcp, EightD, CauseTree, Pdca)
}
_KNOWN: Final = ", ".join(_CLASSES)
_METHOD: Final = Wording(
    f"l'une de ces méthodes est attendue : {_KNOWN}", f"one of these methods is expected: {_KNOWN}"
)
_OBJECT: Final = Wording(
    "un objet (des clés et leurs valeurs) est attendu", "an object (keys and their values) is expected"
)


def write_analysis(analysis: CauseAnalysis) -> dict[str, Any]:
    """The analysis as plain data: its fields, and the code of its method under `method`."""
    document: dict[str, Any] = _converter().unstructure(analysis)
    return {"method": analysis.method.value, **document}


def read_analysis(document: object) -> CauseAnalysis:
    """The analysis that a document holds, as `write_analysis` writes it.

    Raises:
        FaultsError: the method is not known, a key is not known or missing, or the analysis is refused; every fault has
            its path from `$`.
    """
    if not isinstance(document, Mapping):
        raise FaultsError([Fault("$", document, _OBJECT)])
    code = document.get("method", ABSENT)
    cls = _CLASSES.get(code) if isinstance(code, str) else None
    if cls is None:
        raise FaultsError([Fault("$.method", code, _METHOD)])
    return structure(_converter(), {name: value for name, value in document.items() if name != "method"}, cls)
