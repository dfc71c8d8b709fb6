"""The streams of a register: complaints and messages of a site, a theme, a region, the nation, by week of receipt."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

import attrs

from reclamation_core.cases import Admissibility
from reclamation_core.cases.causes import TRAINING_BODY, Taxonomy
from reclamation_core.cases.periods import IN_SCOPE
from reclamation_core.cases.references import PlanScope
from reclamation_core.indicators.counts import WeeklyCounts, iso_week
from reclamation_core.indicators.detection import Rise, detect_rises
from reclamation_core.ports import CaseSummary
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.validators import days_before
from reclamation_core.vocabulary import Channel, Nature, Sites
from reclamation_core.wording import Wording

ALARMS_A_YEAR: Final = 4.0
"""The false alarms accepted in a year, in all streams together."""
YEARS: Final = 5
"""The years of history that are read."""
_WEEK: Final = timedelta(weeks=1)

KeyOf = Callable[[CaseSummary, str | None], tuple[str, ...] | None]
"""Returns the parts of the name of a stream, by a case and its region; None if the case is in no such stream."""


@attrs.frozen(kw_only=True)
class StreamKind(SharedRepr):
    """A kind of streams.

    Attributes:
        name: its name.
        label: its title.
        key: returns the parts of the name of the stream that a case is in.
        parts: what these parts are: `site`, `region`, `theme`, `nature`, `cause`, `own` (a fact) or `value`.
        mark_key: returns them by a mark of a case, for streams of what its row does not have: a family of its causes,
            `NAME=VALUE` of a fact that an edition declares, or that its note is just above the threshold.
        is_outside: True if its marks are those of messages out of scope; of complaints otherwise.
        is_pooled: True if its streams have those of other kinds in them.
    """

    name: str
    label: Wording
    key: KeyOf = attrs.field(repr=False)
    parts: tuple[str, ...]
    mark_key: Callable[[CaseSummary, str], tuple[str, ...]] | None = attrs.field(default=None, repr=False)
    is_outside: bool = False
    is_pooled: bool = False

    def plan_of(self, key: tuple[str, ...]) -> PlanScope:
        """Return the plan that a rise concerns: that of the site or of the region of the stream, else the nation's."""
        named = dict(zip(self.parts, key, strict=True))
        if "site" in named:
            return PlanScope.site(named["site"])
        return PlanScope.region(named["region"]) if "region" in named else PlanScope.nation()


def _complaint(key: KeyOf) -> KeyOf:
    return lambda case, region: key(case, region) if case.admissibility in IN_SCOPE else None


def _outside(key: KeyOf) -> KeyOf:
    return lambda case, region: key(case, region) if case.admissibility is Admissibility.OUT_OF_SCOPE else None


def _from_survey(case: CaseSummary, _: str | None) -> tuple[str, ...] | None:
    return (case.site,) if case.channel is Channel.SURVEY else None


STREAMS: Final[Mapping[str, StreamKind]] = {
    one.name: one
    for one in (
        StreamKind(
            name="site_theme",
            label=Wording("réclamations d'un centre, par thème", "complaints of a site, by theme"),
            key=_complaint(lambda case, _: None if case.theme is None else (case.site, case.theme)),
            parts=("site", "theme"),
        ),
        StreamKind(
            name="site_nature",
            label=Wording(
                "messages hors du cadre d'un centre, par nature", "messages out of scope of a site, by nature"
            ),
            key=_outside(lambda case, _: None if case.nature is None else (case.site, case.nature.value)),
            parts=("site", "nature"),
        ),
        StreamKind(
            name="site_survey",
            label=Wording(
                "réclamations d'un centre venues de l'enquête (notes basses)",
                "complaints of a site from the survey (low scores)",
            ),
            key=_complaint(_from_survey),
            parts=("site",),
        ),
        StreamKind(
            name="site_survey_outside",
            label=Wording(
                "résultats d'enquête d'un centre juste au-dessus du seuil",
                "survey results of a site just above the threshold",
            ),
            key=lambda *_: None,
            mark_key=lambda case, _: (case.site,),
            is_outside=True,
            parts=("site",),
        ),
        StreamKind(
            name="site_cause",
            label=Wording("réclamations d'un centre, par famille de cause", "complaints of a site, by cause"),
            key=lambda *_: None,
            mark_key=lambda case, mark: (case.site, mark),
            parts=("site", "cause"),
        ),
        StreamKind(
            name="cause",
            label=Wording("réclamations d'une même famille de cause", "complaints of one family of causes"),
            key=lambda *_: None,
            mark_key=lambda _, mark: (mark,),
            parts=("cause",),
            is_pooled=True,
        ),
        StreamKind(
            name="site_own",
            label=Wording("réclamations d'un centre, par information propre", "complaints of a site, by own fact"),
            key=lambda *_: None,
            mark_key=lambda case, mark: (case.site, *mark.split("=", 1)),
            parts=("site", "own", "value"),
        ),
        StreamKind(
            name="site",
            label=Wording("réclamations d'un centre", "complaints of a site"),
            key=_complaint(lambda case, _: (case.site,)),
            parts=("site",),
            is_pooled=True,
        ),
        StreamKind(
            name="region",
            label=Wording("réclamations d'une région", "complaints of a region"),
            key=_complaint(lambda _, region: None if region is None else (region,)),
            parts=("region",),
            is_pooled=True,
        ),
        StreamKind(
            name="theme",
            label=Wording("réclamations sur un thème", "complaints on a theme"),
            key=_complaint(lambda case, _: None if case.theme is None else (case.theme,)),
            parts=("theme",),
            is_pooled=True,
        ),
        StreamKind(
            name="nation",
            label=Wording("toutes les réclamations", "all complaints"),
            key=_complaint(lambda *_: ()),
            parts=(),
            is_pooled=True,
        ),
    )
}
"""The kinds of streams, by name."""


def stream_in_words(stream: str, sites: Sites, taxonomy: Taxonomy = TRAINING_BODY) -> Wording:
    """Return the name of a stream for a reader; an unknown one as it is.

    Args:
        stream: the kind and the key, such as `site_theme:CRE/quality`.
        sites: the sites, for their names.
        taxonomy: the themes of the organisation, for their names.
    """
    kind_name, _, joined = stream.partition(":")
    kind = STREAMS.get(kind_name)
    if kind is None:
        return Wording(stream, stream)
    codes = joined.split("/", max(0, len(kind.parts) - 1))
    named = [_PARTS[part](code, sites, taxonomy) for part, code in zip(kind.parts, codes, strict=False)]
    return Wording(
        " : ".join(filter(None, (kind.label.fr, ", ".join(one.fr for one in named)))),
        ": ".join(filter(None, (kind.label.en, ", ".join(one.en for one in named)))),
    )


def _nature_in_words(code: str, *_: object) -> Wording:
    return next((one.wording for one in Nature if one.value == code), Wording(code, code))


_PARTS: Final[Mapping[str, Callable[[str, Sites, Taxonomy], Wording]]] = {
    "site": lambda code, sites, _: Wording(sites.name_of(code), sites.name_of(code)),
    "region": lambda name, *_: Wording(name, name),
    "theme": lambda code, _, taxonomy: taxonomy.named_theme(code),
    "nature": _nature_in_words,
    "cause": lambda code, _, taxonomy: taxonomy.named(code),
    "own": lambda name, *_: Wording(name, name),
    "value": lambda value, *_: Wording(value, value),
}


@attrs.frozen(kw_only=True)
class RegisterRise(SharedRepr):
    """A rise in a stream of a register (signal).

    Attributes:
        kind: the name of the kind of the stream, one of `STREAMS`.
        key: the parts of its name, such as the site and the theme.
        rise: what was seen.
        cases: the references of the cases of the window, in order: as many as observed.
        pooled: the other streams that these cases made rise, as kind and key; the one that showed it first comes first.
    """

    kind: str
    key: tuple[str, ...]
    rise: Rise
    cases: tuple[str, ...]
    pooled: tuple[tuple[str, tuple[str, ...]], ...] = ()


def rises_of_register(
    cases: Iterable[CaseSummary],
    until: date,
    *,
    sites: Sites | None = None,
    marks: Mapping[str, Iterable[tuple[str, str]]] = MappingProxyType({}),
    alarms_a_year: float = ALARMS_A_YEAR,
) -> tuple[RegisterRise, ...]:
    """Find the rises in the streams of a register; the week that is not over is left out.

    A burst of cases is one rise: that of the smallest stream that explains it, with the other streams named.

    Args:
        cases: the complaints received in the years of history.
        until: the day of the report.
        sites: the sites, for their regions; without them no region has a stream.
        marks: by the reference of a case, the kinds of streams that it is in by a mark, each with the mark.
        alarms_a_year: the false alarms accepted in a year, in all streams together.

    Returns:
        The latest rises first.

    Raises:
        ValueError: the number of false alarms is not above 0, or more than one in each week of a stream.
        MissingExtraError: the extra `simulation` (SciPy) is not installed.
    """
    last = days_before(until, timedelta(days=until.weekday()) + _WEEK)  # the Monday of the last whole week
    members: defaultdict[tuple[str, tuple[str, ...]], defaultdict[date, list[str]]] = defaultdict(
        lambda: defaultdict(list)
    )
    first = last
    for case in cases:
        week = case.received_on - timedelta(days=case.received_on.weekday())
        if week > last:
            continue
        first = min(first, week)
        for stream in streams_of(case, sites, marks):
            members[stream][week].append(case.reference)
    weeks = [first + number * _WEEK for number in range((last - first).days // 7 + 1)]
    names = {stream: str(number) for number, stream in enumerate(sorted(members))}
    series = [
        WeeklyCounts(stream=name, first=first, counts=tuple(len(members[stream].get(week, ())) for week in weeks))
        for stream, name in names.items()
    ]
    streams = list(names)
    found = []
    for rise in detect_rises(series, alarms_a_year=alarms_a_year) if series else ():
        kind_name, key = streams[int(rise.stream)]
        of_stream = members[kind_name, key]
        shown = attrs.evolve(rise, stream=", ".join(key))
        in_window = _cases_between(of_stream, rise.since, rise.week)
        found.append(
            _Found(
                rise=RegisterRise(kind=kind_name, key=key, rise=shown, cases=in_window),
                whole=frozenset(_cases_between(of_stream, rise.since, rise.until)),
                size=(sum(map(len, of_stream.values())), list(STREAMS).index(kind_name), key),
            )
        )
    bursts = _bursts(found)
    return tuple(bursts[one] for one in reversed(found) if one in bursts)


def streams_of(
    case: CaseSummary, sites: Sites | None, marks: Mapping[str, Iterable[tuple[str, str]]]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the streams that a case is in, each as the name of its kind and its key; see `rises_of_register`."""
    region = None if sites is None or case.site not in sites else sites[case.site].region
    for kind in STREAMS.values():
        key = kind.key(case, region)
        if key is not None:
            yield kind.name, key
    for name, mark in marks.get(case.reference, ()):
        kind = STREAMS[name]
        if kind.mark_key is not None and kind.is_outside == (case.admissibility not in IN_SCOPE):
            yield name, kind.mark_key(case, mark)


def _cases_between(of_stream: Mapping[date, Sequence[str]], since: str, until: str) -> tuple[str, ...]:
    return tuple(
        sorted(one for week, several in of_stream.items() if since <= iso_week(week) <= until for one in several)
    )


@attrs.frozen(eq=False)
class _Found(SharedRepr):
    """A rise of one stream, the cases from its first window to its last week, and how large the stream is."""

    rise: RegisterRise
    whole: frozenset[str]
    size: tuple[int, int, tuple[str, ...]]


def _bursts(found: Sequence[_Found]) -> dict[_Found, RegisterRise]:
    """Return one rise of each burst, that of the smallest stream which explains it, with the larger streams named.

    A rise is explained by those of smaller streams if the cases that these do not have are nearer to what was expected
    than to what was observed. A rise that is not explained, as several small streams rose a little, is one too.
    """
    explaining: dict[_Found, list[_Found]] = {}
    for one in sorted(found, key=lambda each: each.size):
        cases = frozenset(one.rise.cases)
        smaller = [other for other in explaining if cases & other.whole]
        rest = len(cases.difference(*(other.whole for other in smaller)))
        if 2 * rest > one.rise.rise.observed + one.rise.rise.expected:
            explaining[one] = []
            smaller = [other for other in smaller if STREAMS[one.rise.kind].is_pooled]
        for other in smaller:
            explaining[other].append(one)
    return {
        one: attrs.evolve(
            one.rise,
            pooled=tuple(
                {
                    (other.rise.kind, other.rise.key): None
                    for other in sorted(larger, key=lambda each: each.rise.rise.week)
                }
            ),
        )
        for one, larger in explaining.items()
    }
