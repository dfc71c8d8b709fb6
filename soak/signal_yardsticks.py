"""Measures the detectors of rises on simulated weekly counts: false alarms, delays, outbreaks found.

    python -m soak.signal_yardsticks [STREAMS]
    python -m soak.signal_yardsticks rates

1. False alarms of quiet streams of five years, with season, trend, dispersion and late reports, beside the budget.
2. A rate that doubles or triples: the median delay, beside that of a CUSUM which knows the rate and its change, with
   the same false alarms; no procedure has a shorter worst delay (Moustakides 1986).
3. The 42 scenarios of Noufaily et al. (2013), with outbreaks in the last year of twelve: false alarms, outbreaks found,
   and delay, by each detector, beside a CUSUM of the negative binomial distribution that is told each week's mean.

The second form prints the rates of the detectors, from 2,400 streams of another seed.

The seed is fixed. The script fails where the false alarms leave the budget by more than a fifth.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from itertools import product
from statistics import fmean, median
from typing import Final, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from reclamation_core.indicators import DETECTORS, WeeklyCounts, detect_rises
from reclamation_core.indicators.detection import FALSE_ALARMS, QUIET, _rises
from reclamation_core.indicators.scan import BEFORE, WEEKS_OF_YEAR

Counts: TypeAlias = NDArray[np.int64]
Means: TypeAlias = NDArray[np.float64]

SEED: Final = 20261130
WEEKS: Final = 261
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


def rises_of(counts: Counts, detector: str = "scan") -> list[int]:
    """Return the weeks, from 0, in which rises are seen first."""
    stream = WeeklyCounts(stream="", first=0, counts=counts)
    return [int(rise.week) for rise in detect_rises([stream], detector=detector)]


def quiet_streams(streams: int, draws: np.random.Generator) -> Iterator[tuple[str, Counts]]:
    """Yield quiet streams of five years of each kind, with 0.1 to 10 cases a week."""
    week = np.arange(WEEKS)
    turn = 2 * np.pi * week / WEEKS_OF_YEAR
    kinds: dict[str, Callable[[float], Means]] = {
        "steady": lambda level: np.full(WEEKS, level),
        "season": lambda level: level * np.exp(draws.uniform(0.1, 0.6) * np.cos(turn + draws.uniform(0, 6))),
        "trend": lambda level: level * np.exp(draws.uniform(-0.2, 0.2) * (week - WEEKS / 2) / WEEKS_OF_YEAR),
        "late reports": lambda level: level * np.concatenate([np.ones(WEEKS - 3), [0.9, 0.7, 0.4]]),
    }
    for kind, means in kinds.items():
        for _ in range(streams // len(kinds)):
            level = np.exp(draws.uniform(np.log(0.1), np.log(10)))
            yield kind, drawn(means(level), draws.choice([1, 1.2, 1.5, 2]), draws)


def false_alarms(streams: int, draws: np.random.Generator) -> float:
    """Print the false alarms of quiet streams by their kind; return those of all in a week of a stream."""
    found: dict[str, list[int]] = {}
    for kind, counts in quiet_streams(streams, draws):
        found.setdefault(kind, []).append(len(rises_of(counts)))
    for kind, alarms in found.items():
        print(
            f"false alarms, {kind}: {fmean(alarms) / (WEEKS - BEFORE):.4f} a week of a stream, {FALSE_ALARMS} accepted"
        )
    return fmean(alarm for alarms in found.values() for alarm in alarms) / (WEEKS - BEFORE)


def rates(name: str, streams: int, draws: np.random.Generator) -> None:
    """Print the rates of a detector as `indicators.detection` has them: how many rises a week begin by each chance."""
    detector = DETECTORS[name]
    every = {tuple(map(int, counts)): None for _, counts in quiet_streams(streams, draws)}
    evidence = {counts: detector.evidence(counts) for counts in every}
    plain = attrs.evolve(detector, rates=((1e-300, 1e-300), (1.0, 1.0)))
    print(name)
    for chance, _ in detector.rates[:-1]:
        rises = sum(
            len(_rises(WeeklyCounts(stream="", first=0, counts=counts), windows, plain, chance, 0))
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


def outbreaks(repeated: int, draws: np.random.Generator) -> None:
    """Print false alarms, outbreaks found and delays in the 42 scenarios, by detector.

    The CUSUM of the negative binomial distribution is told the mean and the dispersion of each week; its threshold is
    set on quiet streams of the same scenarios.
    """
    streams: list[tuple[Counts, int, int]] = []
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
        streams.append((counts, start, max([start, *np.minimum(cases, LAST_YEAR.stop - 1).tolist()])))
        ratios.append(log_ratios(counts, means, dispersion))
    rises = {name: [rises_of(counts, name) for counts, *_ in streams] for name in DETECTORS}
    rises["cusum that knows the mean"] = cusum_rises(np.array(ratios), cusum_threshold(np.array(quiet_ratios)))
    families = dict.fromkeys(family for scenario in chosen for family in scenario.families)
    for family, (name, by_stream) in product(families, rises.items()):
        quiet = alarms = several = 0
        delays: list[int] = []
        for scenario, weeks, (_, start, end) in zip(chosen, by_stream, streams, strict=True):
            if family not in scenario.families:
                continue
            found = [week for week in weeks if week in LAST_YEAR]
            seen = [week - start for week in found if start <= week <= end]
            several += 1
            quiet += len(LAST_YEAR) - (end - start + 1)
            alarms += sum(not start <= week <= end for week in found)
            delays += [min(seen)] if seen else []
        print(
            f"{family}; {name}: {alarms / quiet:.4f} false alarms a quiet week, {len(delays) / several:.0%} of "
            f"{several} outbreaks found, after {fmean(delays or [0]):.1f} weeks"
        )


def main(streams: int = 500) -> None:
    """Measure all of it; fail where the false alarms leave the budget by more than a fifth."""
    draws = np.random.default_rng(SEED)
    rate = false_alarms(streams, draws)
    delays(max(20, streams // 5), draws)
    outbreaks(max(1, streams // 50), draws)
    sys.exit(0 if abs(rate / FALSE_ALARMS - 1) <= 0.2 else f"{rate:.4f} false alarms; {FALSE_ALARMS} are accepted")


if __name__ == "__main__":
    if sys.argv[1:] == ["rates"]:
        for detector in ("scan", "cusum"):
            rates(detector, 2_400, np.random.default_rng(SEED + 1))
    else:
        main(*map(int, sys.argv[1:]))
