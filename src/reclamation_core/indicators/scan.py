"""The scan of the latest weeks against what earlier weeks predict.

Of each week and each of some windows that end with it, the chance of so many cases or more is computed under a negative
binomial distribution: its mean is that of the weeks before the window, by season and trend where there is a history of
them, and its variance adds the dispersion of these weeks and the uncertainty of the mean. A half of the chance of just
so many counts (mid-p), as counts are discrete.

The constants were set on simulated series, before any real one; `soak/signal_yardsticks.py` measures them.

Sources: A. Noufaily et al., An improved algorithm for outbreak detection in multiple surveillance systems, Statistics
in Medicine 32 (2013), for the predictive distribution and past outbreaks; M. Kulldorff, Prospective time periodic
geographical disease surveillance using a scan statistic, JRSS A 164 (2001), for the windows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reclamation_core.errors import MissingExtraError
from reclamation_core.indicators.counts import Evidence

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    Floats = NDArray[float64]

WEEKS_OF_YEAR: Final = 365.2425 / 7
WINDOWS: Final = (1, 2, 3, 4, 6, 8, 13)
"""The windows, in weeks."""
BEFORE: Final = 13
"""The weeks of history without which nothing is said of a week."""
MEMORY: Final = 182
"""The weeks of history that count for the mean: three years and a half."""
BLOCK: Final = 13
"""Season, trend and dispersion are estimated anew after so many weeks."""
SEASON_FROM: Final = 40
SEASON_CASES: Final = 20
"""Season and trend are estimated from so many weeks and so many cases on."""
AMPLITUDE: Final = 0.4
SLOPE: Final = 0.35
"""The standard deviations that season (of the logarithm of the mean) and trend (in a year) are expected to have."""
DISPERSION: Final = 1.2
DISPERSION_WEEKS: Final = 13.0
"""The dispersion expected before any count, and the weeks that this expectation is worth."""
PAST_OUTBREAK: Final = 2e-5
"""Weeks of so small a chance are cut to two standard deviations above their mean before they become history."""
FEWEST: Final = 2
"""One case is no rise."""


def scan(counts: tuple[int, ...]) -> list[tuple[Evidence, ...]]:
    """Return the evidence of each week, of one window each; the first `BEFORE` weeks have none.

    Raises:
        MissingExtraError: the extra `simulation` (SciPy) is not installed.
    """
    try:
        import numpy as np
        from scipy.special import betainc
    except ImportError as error:
        raise MissingExtraError(error.name or "scipy", "simulation") from None
    y = np.array(counts, float)
    history = y.copy()
    windows = np.array(WINDOWS)
    found: list[tuple[Evidence, ...]] = [()] * min(BEFORE, len(counts))
    for start in range(BEFORE, len(y), BLOCK):
        end = min(len(y), start + BLOCK)
        shape = _shape(history[:start], end)
        rate = (history[:start].sum() + 0.5) / (shape[:start].sum() + 0.5)
        dispersion = _dispersion(history[:start], shape[:start] * rate)
        of_shape = np.concatenate([[0.0], np.cumsum(shape)])
        of_counts = np.concatenate([[0.0], np.cumsum(y[:end])])
        for week in range(start, end):
            of_history = np.concatenate([[0.0], np.cumsum(history[:end])])
            lengths = windows[windows <= week - 4]
            first, oldest = week + 1 - lengths, max(0, week + 1 - MEMORY)
            cases = of_history[first] - of_history[oldest] + 0.5
            mean = cases / (of_shape[first] - of_shape[oldest] + 0.5) * (of_shape[week + 1] - of_shape[first])
            variance = dispersion * mean * (1 + mean / cases)
            observed = of_counts[week + 1] - of_counts[first]
            size, above = mean**2 / (variance - mean), 1 - mean / variance
            at_least = np.where(observed > 0, betainc(np.maximum(observed, 0.5), size, above), 1.0)
            chance = np.where(observed >= FEWEST, (at_least + betainc(observed + 1, size, above)) / 2, 1.0)
            best = int(chance.argmin())
            columns = zip(chance.tolist(), lengths.tolist(), observed.tolist(), mean.tolist(), strict=True)
            found.append(
                tuple(
                    Evidence(chance=by_chance, weeks=weeks, observed=int(cases), expected=expected)
                    for by_chance, weeks, cases, expected in columns
                )
            )
            if chance[best] < PAST_OUTBREAK and observed[best] > FEWEST:
                of_weeks = shape[first[best] : week + 1] * mean[best] / (of_shape[week + 1] - of_shape[first[best]])
                most = np.ceil(of_weeks + 2 * np.sqrt(dispersion * of_weeks))
                history[first[best] : week + 1] = np.minimum(history[first[best] : week + 1], most)
    return found


def _shape(history: Floats, weeks: int) -> Floats:
    """Return the relative mean of each of so many weeks, by season and trend: a Poisson regression with a prior.

    The trend ends with the history.
    """
    import numpy as np

    if len(history) < SEASON_FROM or history.sum() < SEASON_CASES:
        return np.ones(weeks)
    number = np.arange(weeks)
    years = np.minimum(number - len(history) + 1, 0) / WEEKS_OF_YEAR
    turn = 2 * np.pi * number / WEEKS_OF_YEAR
    design = np.stack([np.ones(weeks), years, np.cos(turn), np.sin(turn)], axis=1)
    past = design[: len(history)]
    precision = np.array([1e-9, SLOPE**-2, AMPLITUDE**-2, AMPLITUDE**-2])
    found = np.array([np.log(history.mean()), 0.0, 0.0, 0.0])
    for _ in range(20):
        mean = np.exp(past @ found)
        step = np.linalg.solve(
            past.T @ (past * mean[:, None]) + np.diag(precision), past.T @ (history - mean) - precision * found
        )
        found += np.clip(step, -1, 1)
        if np.abs(step).max() < 1e-6:
            break
    relative: Floats = np.exp(design @ found - found[0])
    return relative


def _dispersion(history: Floats, mean: Floats) -> float:
    """Return the ratio of variance to mean, drawn to what is expected; 1 at least."""
    squares = ((history - mean) ** 2 / mean).sum()
    return max(1.0, float((squares + DISPERSION_WEEKS * DISPERSION) / (len(history) - 1 + DISPERSION_WEEKS)))
