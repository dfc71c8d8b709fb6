"""The improved Farrington algorithm: each week against the same season of five years before.

A quasi-Poisson regression with a trend and ten periods of the year is fitted to the weeks of five years, but for the
latest 26; past outbreaks are given less weight by their Anscombe residuals, and the week's count is compared with the
negative binomial distribution of the mean and dispersion so found.

Source: A. Noufaily et al., An improved algorithm for outbreak detection in multiple surveillance systems, Statistics in
Medicine 32 (2013). Means, dispersions and chances are those of `farringtonFlexible` of the R package surveillance with
`noPeriods = 10, pThresholdTrend = 1, pastWeeksNotIncluded = 26, thresholdMethod = "nbPlugin"`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from reclamation_core.errors import MissingExtraError
from reclamation_core.indicators.counts import Evidence
from reclamation_core.shared_repr import SharedRepr

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    Floats = NDArray[float64]

YEARS: Final = 5
YEAR: Final = 52
"""The weeks of a year, so that each week has its own in every year."""
HALF_WINDOW: Final = 3
"""The weeks before and after the same week of an earlier year that are one period with it."""
PERIODS: Final = 10
LATEST: Final = 26
"""The latest weeks are no history: an outbreak may have begun in them."""
RESIDUAL: Final = 2.58
"""Weeks of a larger residual have less weight."""
FLOOR_CASES: Final = 5
FLOOR_WEEKS: Final = 4
"""Nothing is said of a week unless so many cases were counted in so many weeks up to it."""
BEFORE: Final = YEARS * YEAR + HALF_WINDOW
"""The weeks of history without which nothing is said of a week."""


@attrs.frozen(kw_only=True)
class Baseline(SharedRepr):
    """What is expected in a week: the mean, and the ratio of the variance to it, 1 at least."""

    mean: float
    dispersion: float


def farrington(counts: tuple[int, ...]) -> list[tuple[Evidence, ...]]:
    """Return the evidence of each week: of itself, or none, as of the first `BEFORE` weeks.

    Raises:
        MissingExtraError: the extra `simulation` (SciPy) is not installed.
    """
    try:
        from scipy.stats import nbinom, poisson
    except ImportError as error:
        raise MissingExtraError(error.name or "scipy", "simulation") from None
    found: list[tuple[Evidence, ...]] = []
    for week, count in enumerate(counts):
        recent = sum(counts[max(0, week + 1 - FLOOR_WEEKS) : week + 1])
        baseline = expected(counts, week) if week >= BEFORE and recent >= FLOOR_CASES else None
        if baseline is None:
            found.append(())
            continue
        mean, ratio = baseline.mean, baseline.dispersion
        by = nbinom(mean / (ratio - 1), 1 / ratio) if ratio > 1 else poisson(mean)
        found.append((Evidence(chance=float(by.sf(count - 1)), weeks=1, observed=count, expected=mean),))
    return found


def expected(counts: tuple[int, ...], week: int) -> Baseline | None:
    """Return what is expected in a week, by the weeks before; None where the regression does not converge.

    Args:
        counts: of the weeks.
        week: its number, from `BEFORE` on.
    """
    import numpy as np

    periods = _periods(week)
    numbers = np.array(sorted(periods))
    response = np.array([counts[number] for number in numbers], float)
    dummies = np.array([[periods[number] == period for period in range(PERIODS)] for number in numbers], float)
    now = np.zeros(PERIODS)
    now[0] = 1.0
    for has_trend in (True, False):
        trend = np.array(numbers, float)[:, None]
        design = np.hstack([dummies, trend - week]) if has_trend else dummies
        at = np.append(now, 0.0) if has_trend else now
        fitted = _regression(design, response)
        if fitted is None:
            continue
        coefficients, dispersion = fitted
        mean = float(np.maximum(np.exp(at @ coefficients), np.finfo(float).eps))
        if not has_trend or mean <= response.max():  # a trend that leads beyond all that was seen is not followed
            return Baseline(mean=mean, dispersion=dispersion)
    return None


def _periods(week: int) -> dict[int, int]:
    """Return the period of the year of each week of the history; 0 is that of the week itself."""
    periods = dict.fromkeys(range(week - HALF_WINDOW, week + 1), 0)
    length = YEAR - 2 * HALF_WINDOW - 1
    shortest, longer = divmod(length, PERIODS - 1)
    for year in range(1, YEARS + 1):
        same = week - year * YEAR
        periods |= dict.fromkeys(range(same - HALF_WINDOW, same + HALF_WINDOW + 1), 0)
        at = same + HALF_WINDOW + 1
        for period in range(1, PERIODS):
            end = at + shortest + (period <= longer)
            periods |= dict.fromkeys(range(at, end), period)
            at = end
    return {number: period for number, period in periods.items() if number < week - LATEST}


def _regression(design: Floats, response: Floats) -> tuple[Floats, float] | None:
    """Fit the quasi-Poisson regression twice, the second time with less weight on large residuals."""
    import numpy as np

    fitted = _fit(design, response, np.ones(len(response)))
    if fitted is None:
        return None
    _, mean, leverage, dispersion = fitted
    residual = 1.5 * (response ** (2 / 3) * mean ** (-1 / 6) - mean**0.5) / np.sqrt(dispersion * (1 - leverage))
    relative = np.where(residual > RESIDUAL, np.maximum(residual, RESIDUAL) ** -2.0, 1.0)
    weights = relative * len(response) / relative.sum()
    fitted = _fit(design, response, weights)
    if fitted is None:
        return None
    return fitted[0], fitted[3]


def _fit(design: Floats, response: Floats, weights: Floats) -> tuple[Floats, Floats, Floats, float] | None:
    """Return coefficients, means, leverages and dispersion of a weighted Poisson regression; None without convergence.

    As in R, dispersion and leverages have the working weights of the last step, steps end by the deviance, and no mean
    is 0.
    """
    import numpy as np

    mean = response + 0.1
    deviance = np.inf
    for _ in range(25):
        root = np.sqrt(weights * mean)
        working = np.log(mean) + (response - mean) / mean
        orthogonal, triangular = np.linalg.qr(design * root[:, None])
        diagonal = np.abs(np.diag(triangular))
        if diagonal.min() < 1e-11 * diagonal.max():
            return None
        coefficients = np.linalg.solve(triangular, orthogonal.T @ (working * root))
        mean = np.maximum(np.exp(design @ coefficients), np.finfo(float).eps)
        ratio = np.where(response > 0, response / mean, 1.0)
        before, deviance = deviance, float(2 * (weights * (response * np.log(ratio) - (response - mean))).sum())
        if abs(deviance - before) < 1e-8 * (abs(deviance) + 0.1):
            squares = (root**2 * (response / mean - 1) ** 2).sum() / (len(response) - design.shape[1])
            return coefficients, mean, (orthogonal**2).sum(axis=1), max(1.0, float(squares))
    return None
