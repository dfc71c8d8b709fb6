"""Measures how often the intervals of indicators have the true value, on simulated registers of known parameters.

    python -m soak.indicator_truth [REGISTERS]

A register has as many complaints as its size. Each has a time to answer, in business days, and a time to withdraw; it
is observed until the day of the report. The truth of a share is its probability, that of a time its quantile. Beside
the figures of this library are those that others publish: the mean of the answered, the rate of the answers given.

The seed is fixed. From the stated minimum number on, the mean coverage of the shares is 94 to 96 %, and that of every
interval in every setting 92 % at least; else the script fails. A time has whole days, so that its interval is wider.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import product
from statistics import fmean
from typing import Final, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from reclamation_core.indicators.catalogue import FEWEST
from reclamation_core.indicators.survival import kaplan_meier, share_ended_by, share_interval, time_quantile

Days: TypeAlias = NDArray[np.int64]

SEED: Final = 20261130
REGISTERS: Final = 10_000
"""Of each setting."""
SIZES: Final = (10, 15, FEWEST, 30, 50, 100)
MEDIANS: Final = (4.0, 7.0, 10.0)
SPREADS: Final = (0.5, 0.9)
WITHDRAWALS: Final = (0.005, 0.02)
LAST_DAY: Final = 10
MEAN: Final = (0.94, 0.96)
"""The bounds of the mean coverage of a share, of all settings of a size."""
LEAST: Final = 0.92
"""The least coverage of an interval in a setting."""
OBSERVED: Final = 40
"""The business days over which complaints arrive; the report is at their end, so that the latest are open."""
_LONGEST: Final = 400


@attrs.frozen
class Setting:
    """The parameters of registers.

    Args:
        size: the number of complaints.
        median: the median of the time to answer, log-normal, in business days.
        spread: the standard deviation of its logarithm.
        withdrawal: the chance of a withdrawal on each day.
    """

    size: int
    median: float
    spread: float
    withdrawal: float

    def drawn(self, draws: np.random.Generator) -> tuple[Days, Days, Days]:
        """Return the times until an answer and a withdrawal of each complaint, and how long it is observed."""
        answers = np.ceil(draws.lognormal(np.log(self.median), self.spread, self.size)).astype(np.int64)
        withdrawals = draws.geometric(self.withdrawal, self.size)
        return answers, withdrawals, draws.integers(0, OBSERVED + 1, self.size)


@attrs.frozen(kw_only=True)
class Truth:
    """The true values of a setting, computed from a million complaints that are observed to their end."""

    within: float
    on_time: float
    median: int
    mean: float

    @classmethod
    def of(cls, setting: Setting, draws: np.random.Generator) -> Truth:
        """Return them."""
        answers, withdrawals, _ = attrs.evolve(setting, size=1_000_000).drawn(draws)
        return cls(
            within=float(np.mean((answers <= LAST_DAY) & (answers <= withdrawals))),
            on_time=float(np.mean((answers <= LAST_DAY)[(answers <= withdrawals) | (withdrawals > LAST_DAY)])),
            median=int(np.quantile(answers, 0.5, method="inverted_cdf")),
            mean=float(np.mean(answers)),
        )


NAMES: Final = ("on time", "answered within 10", "median time")


def outcomes(setting: Setting, truth: Truth, draws: np.random.Generator) -> tuple[list[bool], list[float]]:
    """Return whether each interval of a register has the truth, and the errors of the naive figures.

    As many answers are due as there are complaints.
    """
    answers, withdrawals, observed = setting.drawn(draws)
    is_answered = (answers <= withdrawals) & (answers <= observed)
    is_stopped = ~is_answered & (withdrawals <= observed)
    ended, stopped = answers[is_answered].tolist(), withdrawals[is_stopped].tolist()
    opened = observed[~is_answered & ~is_stopped].tolist()

    low, high = share_interval(int(draws.binomial(setting.size, truth.on_time)), setting.size)
    _, first, last = share_ended_by(LAST_DAY, ended, stopped, opened)
    median = time_quantile(kaplan_meier(ended, stopped + opened), 0.5)
    covers = [
        low <= truth.on_time <= high,
        first <= truth.within <= last,
        (median.low or 0) <= truth.median <= (median.high or _LONGEST),
    ]
    naive = [fmean(ended) - truth.mean, fmean(day <= LAST_DAY for day in ended) - truth.on_time] if ended else []
    return covers, naive


def measured(registers: int) -> Iterator[tuple[Setting, list[float], list[float]]]:
    """Yield the coverage of each interval and the mean error of the naive figures, by setting."""
    draws = np.random.default_rng(SEED)
    truths: dict[Setting, Truth] = {}
    for setting in [Setting(*one) for one in product(SIZES, MEDIANS, SPREADS, WITHDRAWALS)]:
        alike = attrs.evolve(setting, size=0)
        if alike not in truths:
            truths[alike] = Truth.of(setting, draws)
        drawn = [outcomes(setting, truths[alike], draws) for _ in range(registers)]
        covered = [fmean(one) for one in zip(*(covers for covers, _ in drawn), strict=True)]
        yield setting, covered, [fmean(one) for one in zip(*(naive for _, naive in drawn if naive), strict=True)]


def main(registers: int = REGISTERS) -> int:
    """Print the coverage by size, and return 1 where it leaves the bounds from the stated minimum number on."""
    rows = list(measured(registers))
    is_true = True
    for size in SIZES:
        some = [(found, errors) for setting, found, errors in rows if setting.size == size]
        stated = [[found[place] for found, _ in some] for place in range(len(NAMES))]
        shown = [f"{name} {fmean(each):.3f} (least {min(each):.3f})" for name, each in zip(NAMES, stated, strict=True)]
        mean, rate = (fmean(one) for one in zip(*(errors for _, errors in some), strict=True))
        print(f"{size:4} complaints: {'; '.join(shown)}; naive mean {mean:+.2f} days, naive rate {rate:+.3f}")
        shares = all(MEAN[0] <= fmean(each) <= MEAN[1] for each in stated[:2])
        is_true &= size < FEWEST or (shares and min(map(min, stated)) >= LEAST)
    return 0 if is_true else 1


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
