"""The cumulative sum (CUSUM) of the negative binomial distribution: a rate that has risen, and stays so.

The log-likelihood ratios of a rise against the usual are summed over the latest weeks, from whichever week makes the
sum greatest. The usual mean and variance of a week are those of the scan; the rise is one standard deviation of a week,
so that a stream with few cases has to multiply and one with many to grow by a part.

Sources: E. S. Page, Continuous inspection schemes, Biometrika 41 (1954); M. Höhle, M. Paul, Count data regression
charts for the monitoring of surveillance time series, Computational Statistics and Data Analysis 52 (2008).
"""

from __future__ import annotations

from typing import Final

from reclamation_core.indicators.counts import Evidence
from reclamation_core.indicators.scan import BEFORE, FEWEST, scan_and_baseline

LONGEST: Final = 52
"""The weeks that are summed at most."""
RISE: Final = 1.0
"""The rise that it looks for, in standard deviations of a week."""


def cusum(counts: tuple[int, ...]) -> list[tuple[Evidence, ...]]:
    """Return the evidence of each week: of the windows that no shorter one exceeds; the first weeks have none.

    The chance is exp(-S) of the sum S of the log-likelihood ratios, at most 1: no chance in itself, but the rates of
    false alarms are by it.

    Raises:
        MissingExtraError: the extra `simulation` (SciPy) is not installed.
    """
    _, baseline = scan_and_baseline(counts)
    import numpy as np
    from scipy.special import gammaln

    found: list[tuple[Evidence, ...]] = [()] * min(BEFORE, len(counts))
    if not baseline:
        return found
    y = np.array(counts[BEFORE:], float)
    mean, variance = np.array(baseline).T
    dispersion = variance / mean
    usual = mean / (dispersion - 1)
    risen = (mean + RISE * np.sqrt(variance)) / (dispersion - 1)
    ratios = gammaln(y + risen) - gammaln(risen) - gammaln(y + usual) + gammaln(usual)
    ratios -= (risen - usual) * np.log(dispersion)
    for week in range(len(y)):
        latest = slice(week, week - LONGEST if week >= LONGEST else None, -1)
        sums, observed, expected = (np.cumsum(one[latest]) for one in (ratios, y, mean))
        sums[observed < FEWEST] = 0.0
        greatest = np.maximum.accumulate(np.concatenate([[0.0], sums[:-1]]))
        found.append(
            tuple(
                Evidence(
                    chance=float(np.exp(-sums[place])),
                    weeks=int(place) + 1,
                    observed=int(observed[place]),
                    expected=float(expected[place]),
                )
                for place in np.flatnonzero(sums > greatest)
            )
        )
    return found
