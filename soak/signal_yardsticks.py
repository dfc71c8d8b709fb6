"""Measures the detectors of rises on simulated weekly counts: false alarms, delays, outbreaks found.

    python -m soak.signal_yardsticks [STREAMS]
    python -m soak.signal_yardsticks rates
    python -m soak.signal_yardsticks matched

1. False alarms of quiet streams of five years, with season, trend, dispersion and late reports, and the budget.
2. A rate that doubles or triples: the median delay, and that of a CUSUM which knows the rate and its change, with the
   same false alarms; no procedure has a shorter worst delay (Moustakides 1986).
3. Series of four years with an outbreak of 4 to 16 weeks, half of them with less than a case a week: false alarms,
   outbreaks found, and delay. Farrington's history of five years is longer.
4. The 42 scenarios of Noufaily et al. (2013), with outbreaks in the last year of twelve: the same by each detector, and
   by a CUSUM of the negative binomial distribution that knows each week's mean.

The second form prints the rates of the default detector, from 2,400 streams of another seed. The third compares the
detectors at equal false alarms, as counted on quiet streams of seven years whose last two are judged: with an outbreak
of 4 to 16 weeks, with a rate that doubles, and with one that triples.

The seed is fixed. The script fails where the false alarms of quiet streams leave the budget by more than a fifth, or
where the series of four years leave the bounds in `main`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from itertools import product
from statistics import fmean, median
from typing import Final, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from reclamation_core.indicators import DETECTORS, WeeklyCounts, detect_rises
from reclamation_core.indicators.counts import Evidence
from reclamation_core.indicators.cusum import BEFORE, WEEKS_OF_YEAR
from reclamation_core.indicators.detection import FALSE_ALARMS, QUIET, _rises
from reclamation_core.indicators.farrington import BEFORE as YEARS_BEFORE

Counts: TypeAlias = NDArray[np.int64]
Means: TypeAlias = NDArray[np.float64]

SEED: Final = 20261130
WEEKS: Final = 261
FOUR_YEARS: Final = 209
LEVELS: Final = (
    (0.1, 0.0025, 0.6, 0.6, 1.5),
    (-2, 0.005, 0.1, 0.3, 2),
    (1.5, 0.003, 0.2, -0.4, 1),
    (0.5, 0.002, 0.5, 0.5, 5),
    (2.5, 0.001, 1, 0.1, 3),
    (3.75, 0.001, 0.1, -0.1, 1.1),
    (5, 0.0001, 0.05, 0.01, 1.2),
)
"""Of the scenarios: logarithm of the mean, trend a week, season, dispersion."""
LAST_YEAR: Final = range(575, 624)
RATIO: Final = 2.0
"""The rise that the CUSUM looks for."""


def drawn(means: Means, dispersion: float, draws: np.random.Generator) -> Counts:
    """Draw counts of such means, whose variance is so many times the mean."""
    if dispersion <= 1:
        return draws.poisson(means)
    return draws.negative_binomial(means / (dispersion - 1), 1 / dispersion)


def rises_of(counts: Counts, detector: str = "cusum") -> list[int]:
    """Return the weeks, from 0, in which rises are seen first."""
    stream = WeeklyCounts(stream="", first=0, counts=counts)
    return [int(rise.week) for rise in detect_rises([stream], detector=detector)]


def quiet_streams(streams: int, draws: np.random.Generator) -> Iterator[tuple[str, float, Counts]]:
    """Yield quiet streams of five years of each kind, with 0.1 to 10 cases a week: kind, dispersion, counts."""
    week = np.arange(WEEKS)
    turn = 2 * np.pi * week / WEEKS_OF_YEAR

    def wave(times: int) -> Means:
        return draws.uniform(0.1, 0.6) * np.cos(times * turn + draws.uniform(0, 6))  # type: ignore[no-any-return]

    kinds: dict[str, Callable[[float], Means]] = {
        "steady": lambda level: np.full(WEEKS, level),
        "season": lambda level: level * np.exp(wave(1)),
        "season of two waves": lambda level: level * np.exp(wave(1) + wave(2)),
        "trend": lambda level: level * np.exp(draws.uniform(-0.2, 0.2) * (week - WEEKS / 2) / WEEKS_OF_YEAR),
        "late reports": lambda level: level * np.concatenate([np.ones(WEEKS - 3), [0.9, 0.7, 0.4]]),
    }
    for kind, means in kinds.items():
        for _ in range(streams // len(kinds)):
            level = np.exp(draws.uniform(np.log(0.1), np.log(10)))
            dispersion = draws.choice([1, 1.2, 1.5, 2])
            yield kind, dispersion, drawn(means(level), dispersion, draws)


def false_alarms(streams: int, draws: np.random.Generator) -> float:
    """Print the false alarms of quiet streams by kind and dispersion; return those of all in a week of a stream."""
    found: dict[str, list[int]] = {}
    for kind, dispersion, counts in quiet_streams(streams, draws):
        for family in (kind, f"dispersion {dispersion:g}", "all"):
            found.setdefault(family, []).append(len(rises_of(counts)))
    rate_of = {family: fmean(alarms) / (WEEKS - BEFORE) for family, alarms in found.items()}
    for family, rate in rate_of.items():
        print(f"false alarms, {family}: {rate:.4f} a week of a stream, {FALSE_ALARMS} accepted")
    return rate_of["all"]


def rates(name: str, streams: int, draws: np.random.Generator) -> None:
    """Print the rates of a detector as `indicators.detection` has them: how many rises a week begin by each chance."""
    detector = DETECTORS[name]
    every = {tuple(map(int, counts)): None for *_, counts in quiet_streams(streams, draws)}
    evidence = {counts: detector.evidence(counts) for counts in every}
    plain = attrs.evolve(detector, rates=((1e-300, 1e-300), (1.0, 1.0)))
    print(name)
    for chance, _ in detector.rates[:-1]:
        rises = sum(
            len(_rises(WeeklyCounts(stream="", first=0, counts=counts), windows, plain, chance))
            for counts, windows in evidence.items()
        )
        print(f"    ({chance:g}, {rises / len(evidence) / (WEEKS - BEFORE):.5f}),")


def cusum_delays(level: float, ratio: float, draws: np.random.Generator) -> float:
    """Return the median delay of a CUSUM that knows the rate and its change, with the accepted false alarms."""
    step = np.log(ratio)
    quiet = draws.poisson(level, (400, 1_000))
    risen = draws.poisson(level * ratio, (2_000, 400))

    def first_alarms(counts: Counts, threshold: float) -> list[int]:
        total, firsts = np.zeros(len(counts)), np.full(len(counts), counts.shape[1])
        for week in range(counts.shape[1]):
            total = np.maximum(0, total + counts[:, week] * step - level * (ratio - 1))
            firsts = np.where((total >= threshold) & (firsts == counts.shape[1]), week + 1, firsts)
        return firsts.tolist()

    low, high = 0.01, 10.0
    for _ in range(20):
        threshold = (low + high) / 2
        low, high = (threshold, high) if fmean(first_alarms(quiet, threshold)) < 1 / FALSE_ALARMS else (low, threshold)
    return median(first_alarms(risen, high))


def delays(streams: int, draws: np.random.Generator) -> None:
    """Print the median delay of a rate that doubles or triples after three years."""
    for level, ratio in product((0.25, 1.0, 4.0), (2, 3)):
        late = []
        for _ in range(streams):
            counts = np.concatenate([draws.poisson(level, 156), draws.poisson(level * ratio, 200)])
            late.append(next((week - 155 for week in rises_of(counts) if week >= 156), 200))
        best = cusum_delays(level, ratio, draws)
        print(f"{level} a week, times {ratio}: median delay {median(late):g} weeks, of the best CUSUM {best:g}")


@attrs.frozen
class Scenario:
    """One of the 42: its place among the levels, whether it has a trend, the waves of its season."""

    level: int
    has_trend: bool
    waves: int
    means: Means
    dispersion: float

    @property
    def families(self) -> tuple[str, ...]:
        """The families that it is counted in."""
        mean = np.exp(LEVELS[self.level][0])
        return (
            f"{mean:.1f} cases a week, dispersion {self.dispersion:g}",
            "with a trend" if self.has_trend else "without a trend",
            f"season of {self.waves} waves",
            "all",
        )


def scenarios(repeated: int) -> Iterator[Scenario]:
    """Yield each of the 42 scenarios, so many times."""
    week = np.arange(1, LAST_YEAR.stop + 1)
    for (place, (level, slope, cosine, sine, dispersion)), has_trend, waves in product(
        enumerate(LEVELS), (False, True), (0, 1, 2)
    ):
        season = sum(
            cosine * np.cos(2 * np.pi * wave * week / 52) + sine * np.sin(2 * np.pi * wave * week / 52)
            for wave in range(1, waves + 1)
        )
        for _ in range(repeated):
            yield Scenario(place, has_trend, waves, np.exp(level + has_trend * slope * week + season), dispersion)


def log_ratios(counts: Counts, means: Means, dispersion: float) -> Means:
    """Return the logarithm of the likelihood ratio of each week: a rate of `RATIO` times the mean against the mean."""
    if dispersion <= 1:
        poisson: Means = counts * np.log(RATIO) - (RATIO - 1) * means
        return poisson
    size = means / (dispersion - 1)
    risen = RATIO * size
    of_risen, of_quiet = gammaln(counts + risen) - gammaln(risen), gammaln(counts + size) - gammaln(size)
    ratios: Means = of_risen - of_quiet - (risen - size) * np.log(dispersion)
    return ratios


def cusum_rises(ratios: Means, threshold: float) -> list[list[int]]:
    """Return the weeks in which each stream's CUSUM shows a rise first; it begins again after each week that does."""
    total, last = np.zeros(len(ratios)), np.full(len(ratios), -QUIET - 1)
    found: list[list[int]] = [[] for _ in ratios]
    for week in range(ratios.shape[1]):
        total = np.maximum(0, total + ratios[:, week])
        shown = np.flatnonzero(total >= threshold)
        for stream in shown:
            if week - last[stream] > QUIET:
                found[stream].append(week)
        total[shown], last[shown] = 0, week
    return found


def cusum_threshold(quiet: Means) -> float:
    """Return the threshold at which quiet streams have the accepted false alarms in the last year."""
    low, high = 0.5, 12.0
    for _ in range(16):
        threshold = (low + high) / 2
        alarms = fmean(sum(week in LAST_YEAR for week in weeks) for weeks in cusum_rises(quiet, threshold))
        low, high = (low, threshold) if alarms / len(LAST_YEAR) < FALSE_ALARMS else (threshold, high)
    return high


@attrs.frozen
class Labelled:
    """A series with an outbreak: the weeks that are judged, and the first and last one of the outbreak among them."""

    counts: Counts
    judged: range
    start: int
    end: int


@attrs.frozen
class Score:
    """What a detector made of labelled series: false alarms a quiet week, the share found, the mean delay."""

    false_alarms: float
    found: float
    delay: float
    series: int

    def __str__(self) -> str:
        return (
            f"{self.false_alarms:.4f} false alarms a quiet week, {self.found:.0%} of {self.series} outbreaks found, "
            f"after {self.delay:.1f} weeks"
        )


def score(labelled: Sequence[Labelled], rises: Sequence[Sequence[int]]) -> Score:
    """Compare the weeks in which rises were seen first with the labels."""
    quiet = alarms = 0
    delays: list[int] = []
    for one, weeks in zip(labelled, rises, strict=True):
        inside = [week - one.start for week in weeks if one.start <= week <= one.end]
        quiet += len(one.judged) - (one.end - one.start + 1)
        alarms += sum(week in one.judged for week in weeks) - len(inside)
        delays += inside[:1]
    return Score(alarms / quiet, len(delays) / len(labelled), fmean(delays or [0]), len(labelled))


def four_years(series: int, draws: np.random.Generator) -> tuple[Score, Score]:
    """Print and return the scores of the default detector in series of four years, and in the rare half of them."""
    week = np.arange(FOUR_YEARS)
    turn = 2 * np.pi * week / WEEKS_OF_YEAR
    of_level: dict[bool, list[Labelled]] = {True: [], False: []}
    for number in range(series):
        is_rare = number % 2 == 0
        level = np.exp(draws.uniform(*((np.log(0.06), 0) if is_rare else (0, np.log(4.7)))))
        season = draws.choice([0, 1]) * draws.uniform(0.1, 0.6) * np.cos(turn + draws.uniform(0, 6))
        trend = draws.uniform(-0.2, 0.2) * (week - FOUR_YEARS / 2) / WEEKS_OF_YEAR
        dispersion, length = draws.choice([1, 1.2, 1.5, 2]), int(draws.integers(4, 17))
        counts = drawn(level * np.exp(season + trend), dispersion, draws)
        start = int(draws.integers(52, FOUR_YEARS - length))
        cases = 3 + draws.poisson(draws.uniform(2, 6) * np.sqrt(level * dispersion * length))
        weeks = start + np.floor(length * draws.beta(1.5, 2.5, cases)).astype(int)
        np.add.at(counts, [start, *weeks[1:]], 1)
        of_level[is_rare].append(Labelled(counts, range(BEFORE, FOUR_YEARS), start, start + length - 1))
    rises = {is_rare: [rises_of(one.counts) for one in labelled] for is_rare, labelled in of_level.items()}
    every = score(of_level[True] + of_level[False], rises[True] + rises[False])
    rare = score(of_level[True], rises[True])
    print(f"four years, 0.06 to 4.7 cases a week: {every}\nfour years, less than one case a week: {rare}")
    return every, rare


def outbreaks(repeated: int, draws: np.random.Generator) -> None:
    """Print false alarms, outbreaks found and delays in the 42 scenarios, by detector.

    The CUSUM of the negative binomial distribution knows the mean and the dispersion of each week; its threshold is set
    on quiet streams of the same scenarios.
    """
    labelled: list[Labelled] = []
    ratios, quiet_ratios = [], []
    chosen = list(scenarios(repeated))
    for scenario in chosen:
        means, dispersion = scenario.means, scenario.dispersion
        counts = drawn(means, dispersion, draws)
        quiet_ratios.append(log_ratios(drawn(means, dispersion, draws), means, dispersion))
        spread = float(np.std(counts))
        start = int(draws.choice(LAST_YEAR))
        for first, times in [
            *((int(draws.integers(312, 575)), int(draws.choice([2, 3, 5, 10]))) for _ in range(4)),
            (start, int(draws.integers(1, 11))),
        ]:
            cases = first + np.floor(draws.lognormal(0, 0.5, draws.poisson(times * spread))).astype(int)
            np.add.at(counts, np.minimum(cases, LAST_YEAR.stop - 1), 1)
        end = max([start, *np.minimum(cases, LAST_YEAR.stop - 1).tolist()])
        labelled.append(Labelled(counts, LAST_YEAR, start, end))
        ratios.append(log_ratios(counts, means, dispersion))
    # Farrington needs no more than its five years before the last one.
    latest = LAST_YEAR.start - YEARS_BEFORE - QUIET
    rises = {
        "cusum": [rises_of(one.counts) for one in labelled],
        "farrington": [[latest + week for week in rises_of(one.counts[latest:], "farrington")] for one in labelled],
        "cusum that knows the mean": cusum_rises(np.array(ratios), cusum_threshold(np.array(quiet_ratios))),
    }
    families = dict.fromkeys(family for scenario in chosen for family in scenario.families)
    for family, (name, by_stream) in product(families, rises.items()):
        places = [place for place, scenario in enumerate(chosen) if family in scenario.families]
        of_family = score([labelled[place] for place in places], [by_stream[place] for place in places])
        print(f"{family}; {name}: {of_family}")


def outbreak_in(counts: Counts, level: float, dispersion: float, first: int, draws: np.random.Generator) -> Labelled:
    """Add an outbreak of 4 to 16 weeks that begins in the week `first` or later."""
    length, counts = int(draws.integers(4, 17)), counts.copy()
    start = int(draws.integers(first, len(counts) - length))
    cases = 3 + draws.poisson(draws.uniform(2, 6) * np.sqrt(level * dispersion * length))
    weeks = start + np.floor(length * draws.beta(1.5, 2.5, cases)).astype(int)
    np.add.at(counts, [start, *weeks[1:]], 1)
    return Labelled(counts, range(first, len(counts)), start, start + length - 1)


def evidence_of(labelled: Sequence[Labelled], name: str) -> list[Sequence[tuple[Evidence, ...]]]:
    """Return what a detector sees in each series."""
    return [DETECTORS[name].evidence(tuple(map(int, one.counts))) for one in labelled]


def score_at(
    labelled: Sequence[Labelled], seen: Sequence[Sequence[tuple[Evidence, ...]]], name: str, chance: float
) -> Score:
    """Return the score of a detector where evidence of such a chance or less is a rise."""
    plain = attrs.evolve(DETECTORS[name], rates=((1e-300, 1e-300), (1.0, 1.0)))
    streams = [WeeklyCounts(stream="", first=0, counts=tuple(map(int, one.counts))) for one in labelled]
    found = [_rises(stream, of, plain, chance) for stream, of in zip(streams, seen, strict=True)]
    return score(labelled, [[week for week, *_ in rises] for rises in found])


def matched(streams: int, draws: np.random.Generator) -> None:
    """Print what each detector finds at equal false alarms."""
    weeks, judged = YEARS_BEFORE + QUIET + 104, range(YEARS_BEFORE + QUIET, YEARS_BEFORE + QUIET + 104)
    number = np.arange(weeks)
    for lowest, highest in ((0.1, 1.0), (1.0, 10.0)):
        series: dict[str, list[Labelled]] = {"quiet": [], "outbreak": [], "times 2": [], "times 3": []}
        for place, (kind, of_kind) in product(range(streams), series.items()):
            level, dispersion = np.exp(draws.uniform(np.log(lowest), np.log(highest))), draws.choice([1, 1.2, 1.5, 2])
            season = (
                place % 2 * draws.uniform(0.1, 0.6) * np.cos(2 * np.pi * number / WEEKS_OF_YEAR + draws.uniform(0, 6))
            )
            trend = place // 2 % 2 * draws.uniform(-0.2, 0.2) * (number - weeks / 2) / WEEKS_OF_YEAR
            means, start = level * np.exp(season + trend), int(draws.integers(judged.start, judged.start + 52))
            if kind.startswith("times"):
                means[start:] *= int(kind[-1])
            counts = drawn(means, dispersion, draws)
            if kind == "outbreak":
                of_kind.append(outbreak_in(counts, level, dispersion, judged.start, draws))
            else:
                of_kind.append(Labelled(counts, judged, start, weeks - 1 if kind != "quiet" else start - 1))
        every = {name: {kind: evidence_of(of, name) for kind, of in series.items()} for name in DETECTORS}
        for (name, seen), accepted in product(every.items(), (0.01, 0.003)):
            low, high = 1e-7, 0.5
            for _ in range(20):
                chance = (low * high) ** 0.5
                rate = score_at(series["quiet"], seen["quiet"], name, chance).false_alarms
                low, high = (chance, high) if rate < accepted else (low, chance)
            for kind in ("outbreak", "times 2", "times 3"):
                of = score_at(series[kind], seen[kind], name, low)
                print(f"{lowest:g} to {highest:g} a week, {accepted} false alarms; {kind}; {name}: {of}", flush=True)


def main(streams: int = 500) -> None:
    """Measure all of it; fail where false alarms, outbreaks found or delays leave their bounds."""
    draws = np.random.default_rng(SEED)
    rate = false_alarms(streams, draws)
    delays(max(20, streams // 5), draws)
    every, rare = four_years(streams, draws)
    outbreaks(max(1, streams // 50), draws)
    bounds = {
        "false alarms of quiet streams": abs(rate / FALSE_ALARMS - 1) <= 0.2,
        "four years": every.false_alarms <= 0.02 and every.found >= 12 / 14 and every.delay <= 3,
        "four years, rare": rare.false_alarms <= 0.014 and rare.found >= 6 / 7,
    }
    failed = [name for name, is_within in bounds.items() if not is_within]
    sys.exit(f"out of bounds: {', '.join(failed)}" if failed else 0)


if __name__ == "__main__":
    if sys.argv[1:] == ["rates"]:
        rates("cusum", 2_400, np.random.default_rng(SEED + 1))
    elif sys.argv[1:] == ["matched"]:
        matched(150, np.random.default_rng(SEED + 2))
    else:
        main(*map(int, sys.argv[1:]))
