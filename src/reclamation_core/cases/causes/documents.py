"""Analyses as documents, with the name of their method, and back."""

from __future__ import annotations

from typing import Any, Final

from reclamation_core.cases.causes.base import CauseAnalysis
from reclamation_core.cases.causes.cause_tree import CauseTree
from reclamation_core.cases.causes.eight_d import EightD
from reclamation_core.cases.causes.five_whys import FiveWhys
from reclamation_core.cases.causes.ishikawa import Ishikawa
from reclamation_core.cases.causes.pdca import Pdca
from reclamation_core.cases.causes.qqoqcp import Qqoqcp
from reclamation_core.documents.codec import Codec, Variants
from reclamation_core.documents.faults import redact_misplaced
from reclamation_core.documents.sizes import OF_COMMANDS

_CLASSES: Final = (FiveWhys, Ishikawa, Qqoqcp, EightD, CauseTree, Pdca)
ANALYSES = Variants(annotation=CauseAnalysis, classes={cls.method.value: cls for cls in _CLASSES}, key="method")
CODEC = Codec((ANALYSES,), redact=redact_misplaced)


def write_analysis(analysis: CauseAnalysis) -> dict[str, Any]:
    """The analysis as plain data: its fields, the code of its method under `method`, and the version of its fields."""
    document: dict[str, Any] = CODEC.write(analysis)
    return document


def read_analysis(document: object) -> CauseAnalysis:
    """The analysis that a document holds, as `write_analysis` writes it, or wrote it in an older version.

    Raises:
        FaultsError: the method is not known, a key is not known or missing, or the analysis is refused; every fault has
            its path from `$`.
    """
    OF_COMMANDS.require(document)
    return CODEC.read(document, CauseAnalysis)  # type: ignore[type-abstract]
