"""What all methods have in common."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import ClassVar

from reclamation_core.cases.causes import checks, markdown
from reclamation_core.cases.causes.blocks import Block
from reclamation_core.cases.causes.families import TRAINING_BODY
from reclamation_core.cases.causes.mermaid import Flowchart
from reclamation_core.cases.causes.root_cause import LocatedCause, RootCause, distinct
from reclamation_core.cases.causes.shown import one_line
from reclamation_core.cases.causes.taxonomy import Taxonomy
from reclamation_core.cases.codes import Method
from reclamation_core.markup import card, element, listing, paragraph, section
from reclamation_core.wording import Lang, Wording

_ROOTS = Wording("Causes racines", "Root causes")


class CauseAnalysis(checks.Checked):
    """An analysis by one of the problem-solving methods (méthodes et outils de résolution de problèmes).

    Source: M2-1 §4.1 (la ou les causes exactes), §4.2 (méthodes et outils).
    """

    __slots__ = ()

    method: ClassVar[Method]
    """The method it follows."""

    @property
    def located_causes(self) -> tuple[LocatedCause, ...]:
        """The root causes where they stand in the analysis; one that stands in two places is there twice."""
        return ()

    @property
    def root_causes(self) -> tuple[RootCause, ...]:
        """The root causes found, each once, in the order of the analysis; empty where the method seeks none."""
        return distinct(self.located_causes)

    def to_markdown(self, lang: Lang = "fr", *, families: Taxonomy = TRAINING_BODY) -> str:
        """The analysis as Markdown: a heading of the third level, the analysis, the root causes.

        Args:
            lang: the language.
            families: what the families of causes are called; one that is none of them is shown by its code.

        Raises:
            ValueError: the language is neither "fr" nor "en".
        """
        said = (block.to_markdown(lang) for block in self._blocks(lang, families))
        blocks = [f"### {markdown.inline(self.method.label(lang))}", *said]
        if self.root_causes:
            causes = (
                f"{markdown.inline(cause.statement)} ({markdown.inline(families.named(cause.family).in_(lang))})"
                for cause in self.root_causes
            )
            blocks += [f"**{_ROOTS.in_(lang)}**", markdown.bullets(causes)]
        return "\n\n".join(blocks) + "\n"

    def to_html(self, lang: Lang = "fr", *, families: Taxonomy = TRAINING_BODY) -> str:
        """The analysis as an HTML fragment, every text escaped; a notebook shows it so, in French.

        Args:
            lang: the language.
            families: as for `to_markdown`.

        Raises:
            ValueError: the language is neither "fr" nor "en".
        """
        blocks = [block.to_html(lang) for block in self._blocks(lang, families)]
        if self.root_causes:
            roots = (one_line(cause.in_(lang, families)) for cause in self.root_causes)
            blocks += [paragraph(element("strong", _ROOTS.in_(lang))), listing(roots)]
        return card(section(self.method.label(lang), *blocks), lang=lang)

    def _repr_html_(self) -> str:
        return self.to_html()

    def to_mermaid(self, lang: Lang = "fr") -> str:
        """The analysis as a Mermaid flowchart.

        Raises:
            ValueError: the language is neither "fr" nor "en".
        """
        self.method.label(lang)  # refuses an unknown language whether or not the drawing has words of its own
        return str(self._drawing(lang))

    @abstractmethod
    def _blocks(self, lang: Lang, families: Taxonomy) -> Iterator[Block]:
        """The analysis as blocks, to be written as Markdown or as HTML."""

    @abstractmethod
    def _drawing(self, lang: Lang) -> Flowchart:
        """The analysis as a flowchart."""
