"""Rises in weekly counts, by a detector with a stated rate of false alarms."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Final

import attrs

from reclamation_core.indicators.counts import Evidence, WeeklyCounts
from reclamation_core.indicators.cusum import BEFORE, WEEKS_OF_YEAR, cusum
from reclamation_core.indicators.farrington import BEFORE as YEARS_BEFORE
from reclamation_core.indicators.farrington import farrington
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.wording import Wording

FALSE_ALARMS: Final = 0.01
"""The default rate: one false alarm in a hundred weeks of a stream."""
QUIET: Final = 4
"""A rise has ended once so many weeks passed without evidence; what follows is another."""
LONGEST_RECURRENCE: Final = 10_000
"""The longest recurrence that is stated, in weeks: rarer false alarms were not simulated."""
_CUSUM_RATES: Final = (
    (1e-4, 0.00029),
    (3e-4, 0.00048),
    (1e-3, 0.00093),
    (3e-3, 0.00176),
    (1e-2, 0.00382),
    (2e-2, 0.00616),
    (4e-2, 0.01030),
    (7e-2, 0.01584),
    (0.1, 0.02109),
    (0.2, 0.03563),
    (1.0, 1.0),
)
"""By the smallest chance of a week: how many rises a week begin with such a chance or less in quiet streams.

From 2,400 simulated streams of five years, with 0.1 to 10 cases a week, a variance of 1 to 2 times the mean, season of
one or two waves, or trend: `python -m soak.signal_yardsticks rates`.
"""


@attrs.frozen(kw_only=True)
class Detector(SharedRepr):
    """A way to see rises.

    Attributes:
        name: its name.
        definition: what it compares.
        before: the weeks of history without which it says nothing.
        evidence: returns what it sees in each week of a series of counts, of one window each.
        rates: pairs of a chance and of the rate of false alarms, a week, at that chance; both ascend, up to 1.
        has_p_values: True if a week has one look, so that its chance is a p-value.
    """

    name: str
    definition: Wording
    before: int
    evidence: Callable[[tuple[int, ...]], list[tuple[Evidence, ...]]]
    rates: Sequence[tuple[float, float]]
    has_p_values: bool = False

    def rate(self, chance: float) -> float:
        """Return the rate of false alarms, a week, if evidence of such a chance or less is a signal."""
        if chance <= 0:
            return 0.0
        place = min(max(bisect_right(self.rates, (chance, math.inf)), 1), len(self.rates) - 1)
        (low, least), (high, most) = self.rates[place - 1 : place + 1]
        share = math.log(chance / low) / math.log(high / low)
        return min(1.0, math.exp(math.log(least) + share * math.log(most / least)))


DETECTORS: Final = {
    one.name: one
    for one in (
        Detector(
            name="cusum",
            definition=Wording(
                "somme cumulée des dernières semaines, sur un an au plus, comparée à celle d'une hausse",
                "the cumulative sum of the latest weeks, a year at most, compared with a rise",
            ),
            before=BEFORE,
            evidence=cusum,
            rates=_CUSUM_RATES,
        ),
        Detector(
            name="farrington",
            definition=Wording(
                "chaque semaine comparée à la même saison des cinq années précédentes",
                "each week against the same season of the five years before",
            ),
            before=YEARS_BEFORE,
            evidence=farrington,
            rates=((1e-300, 1e-300), (1.0, 1.0)),
            has_p_values=True,
        ),
    )
}
"""The detectors, by name."""


@attrs.frozen(kw_only=True)
class Rise(SharedRepr):
    """A rise in a stream (signal); weeks soon after that show it too are part of it.

    Attributes:
        stream: which stream.
        week: the week in which it was seen first.
        since: the first week of the window that showed it.
        until: the last week in which it was seen.
        observed: the cases of the window.
        expected: the cases expected in it.
        recurrence_weeks: so many weeks pass between two such rises by chance alone; `LONGEST_RECURRENCE` at most.
    """

    stream: str
    week: str
    since: str
    until: str
    observed: int
    expected: float
    recurrence_weeks: float


def detect_rises(
    streams: Iterable[WeeklyCounts],
    *,
    false_alarms: float = FALSE_ALARMS,
    alarms_a_year: float | None = None,
    false_discoveries: float | None = None,
    detector: str = "cusum",
) -> tuple[Rise, ...]:
    """Find the rises in streams of weekly counts.

    Args:
        streams: the streams.
        false_alarms: how many false alarms are accepted in a week of one stream, below 1.
        alarms_a_year: instead, how many are accepted in a year in all streams together; each stream has its part.
        false_discoveries: instead, of a detector whose chances are p-values, the share of false rises that is accepted
            among those of a week, below 1; by the procedure of Benjamini and Hochberg over the streams of each week.
        detector: the name of one of `DETECTORS`.

    Returns:
        The rises in the order of the weeks, then of the streams as given.

    Raises:
        ValueError: a rate is not above 0 and below 1, the detector is unknown, or its chances are no p-values.
        MissingExtraError: the extra `simulation` (SciPy) is not installed.

    >>> quiet = WeeklyCounts(stream="CRE", first=1, counts=(0, 1, 0, 2, 1, 0, 1) * 10 + (1, 5, 6))
    >>> [(rise.week, rise.since, rise.observed) for rise in detect_rises([quiet])]
    [('72', '72', 5)]
    """
    if detector not in DETECTORS:
        raise ValueError(f"detector: {detector!r} is unknown; give one of {', '.join(DETECTORS)}")
    chosen, streams = DETECTORS[detector], tuple(streams)
    rates = {
        "false_alarms": false_alarms,
        "alarms_a_year": None if alarms_a_year is None else alarms_a_year / WEEKS_OF_YEAR / max(1, len(streams)),
        "false_discoveries": false_discoveries,
    }
    name = next((one for one in ("false_discoveries", "alarms_a_year") if rates[one] is not None), "false_alarms")
    rate = rates[name]
    if rate is None or not 0 < rate < 1:
        raise ValueError(f"{name}: {rate} false alarms in a week of a stream; give a number above 0 and below 1")
    evidence = [chosen.evidence(stream.counts) for stream in streams]
    if false_discoveries is not None:
        if not chosen.has_p_values:
            of = ", ".join(one.name for one in DETECTORS.values() if one.has_p_values)
            raise ValueError(f"false_discoveries: the chances of {detector!r} are no p-values; use it with {of}")
        evidence, rate = _discoveries(streams, evidence, false_discoveries), 1.0
    found = [
        rise
        for stream, of_stream in zip(streams, evidence, strict=True)
        for rise in _rises(stream, of_stream, chosen, rate)
    ]
    return tuple(rise for _, rise in sorted(found, key=lambda one: one[0]))


def _discoveries(
    streams: Sequence[WeeklyCounts], evidence: Sequence[Sequence[tuple[Evidence, ...]]], share: float
) -> list[list[tuple[Evidence, ...]]]:
    """Return the evidence of each week that the procedure of Benjamini and Hochberg accepts.

    Source: Y. Benjamini, Y. Hochberg, Controlling the false discovery rate, JRSS B 57 (1995).
    """
    chances: defaultdict[str, list[float]] = defaultdict(list)
    for stream, weeks in zip(streams, evidence, strict=True):
        for number, windows in enumerate(weeks):
            chances[stream.week(number)] += (one.chance for one in windows)
    limits = {
        week: max((one for rank, one in enumerate(sorted(found), 1) if one <= share * rank / len(found)), default=-1.0)
        for week, found in chances.items()
    }
    return [
        [
            tuple(one for one in windows if one.chance <= limits[stream.week(number)])
            for number, windows in enumerate(weeks)
        ]
        for stream, weeks in zip(streams, evidence, strict=True)
    ]


def _rises(
    stream: WeeklyCounts, evidence: Sequence[tuple[Evidence, ...]], detector: Detector, rate: float
) -> list[tuple[int, Rise]]:
    """Return the rises of a stream, each with the number of its week, or of its week of the calendar."""
    first = stream.first if isinstance(stream.first, int) else stream.first.toordinal() // 7
    rises: list[tuple[int, Rise]] = []
    last = -QUIET - 1
    for week, windows in enumerate(evidence):
        # Weeks that showed a rise already do not show it again.
        later = [one for one in windows if one.weeks < week + 1 - last and one.observed]
        best = min(later, key=lambda one: one.chance, default=None)
        if best is None or detector.rate(best.chance) > rate:
            continue
        if week - last > QUIET:
            rise = Rise(
                stream=stream.stream,
                week=stream.week(week),
                since=stream.week(week + 1 - best.weeks),
                until=stream.week(week),
                observed=best.observed,
                expected=best.expected,
                recurrence_weeks=1 / max(detector.rate(best.chance), 1 / LONGEST_RECURRENCE),
            )
            rises.append((first + week, rise))
        else:
            rises[-1] = (rises[-1][0], attrs.evolve(rises[-1][1], until=stream.week(week)))
        last = week
    return rises
