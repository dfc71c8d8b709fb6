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
PRICE: Final = (4.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0)
"""The chances of a window count so many times.

Of several looks at once, the long windows find more outbreaks for the same false alarms than that of one week.
"""
BEFORE: Final = 13
"""The weeks of history without which nothing is said of a week."""
MEMORY: Final = 182
"""The weeks of history that count for the mean: three years and a half."""
BLOCK: Final = 13
"""Season, trend and dispersion are estimated anew after so many weeks."""
AMPLITUDE: Final = 0.4
SLOPE: Final = 0.35
"""The standard deviations that season (of the logarithm of the mean) and trend (in a year) are expected to have."""
DISPERSION: Final = 1.2
DISPERSION_WEEKS: Final = 13.0
"""The dispersion expected before any count, and the weeks that this expectation is worth."""
PAST_OUTBREAK: Final = 2e-4
"""Weeks of so small a chance are cut to two standard deviations above their mean before they become history."""
FEWEST: Final = 2
"""One case is no rise."""


def scan(counts: tuple[int, ...]) -> list[tuple[Evidence, ...]]:
    """Return the evidence of each week, of one window each; the first `BEFORE` weeks have none.

    Raises:
        MissingExtraError: the extra `simulation` (SciPy) is not installed.
    """
    return scan_and_baseline(counts)[0]


def scan_and_baseline(counts: tuple[int, ...]) -> tuple[list[tuple[Evidence, ...]], list[tuple[float, float]]]:
    """Return the evidence of each week, and of each week from `BEFORE` on the mean and variance of its count.

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
    windows, price = np.array(WINDOWS), np.array(PRICE)
    of_counts = np.concatenate([[0.0], np.cumsum(y)])
    found: list[tuple[Evidence, ...]] = [()] * min(BEFORE, len(counts))
    baseline: list[tuple[float, float]] = []
    dispersion = DISPERSION
    for start in range(BEFORE, len(y), BLOCK):
        end = min(len(y), start + BLOCK)
        shape, unsure = _shape(history[:start], end, dispersion)
        rate = (history[:start].sum() + 0.5) / (shape[:start].sum() + 0.5)
        dispersion = _dispersion(history[:start], shape[:start] * rate)
        of_shape = np.concatenate([[0.0], np.cumsum(shape)])
        while len(found) < end:
            # All weeks of the block at once; after a past outbreak was cut, the rest of them again.
            week = np.arange(len(found), end)[:, None]
            has_history = windows <= week - 4
            first, oldest = np.where(has_history, week + 1 - windows, week), np.maximum(0, week + 1 - MEMORY)
            of_history = np.concatenate([[0.0], np.cumsum(history[:end])])
            cases = of_history[first] - of_history[oldest] + 0.5
            mean = cases / (of_shape[first] - of_shape[oldest] + 0.5) * (of_shape[week + 1] - of_shape[first])
            variance = dispersion * mean * (1 + mean / cases) + mean**2 * unsure[week]
            observed = of_counts[week + 1] - of_counts[first]
            size, above = mean**2 / (variance - mean), 1 - mean / variance
            at_least = np.where(observed > 0, betainc(np.maximum(observed, 0.5), size, above), 1.0)
            middle = (at_least + betainc(observed + 1, size, above)) / 2
            chance = np.where((observed >= FEWEST) & has_history, np.minimum(1.0, price * middle), 1.0)
            best = chance.argmin(axis=1)[:, None]
            smallest, most = (np.take_along_axis(one, best, axis=1)[:, 0] for one in (chance, observed))
            outbreaks = np.flatnonzero((smallest < PAST_OUTBREAK) & (most > FEWEST))
            rows = int(outbreaks[0]) + 1 if len(outbreaks) else len(week)
            columns = [one[:rows].tolist() for one in (chance, observed, mean, has_history)]
            found += [_evidence(*row) for row in zip(*columns, strict=True)]
            baseline += zip(mean[:rows, 0].tolist(), variance[:rows, 0].tolist(), strict=True)
            if len(outbreaks):
                row, column = rows - 1, int(best[rows - 1, 0])
                span = slice(int(first[row, column]), len(found))
                of_weeks = shape[span] * mean[row, column] / shape[span].sum()
                history[span] = np.minimum(history[span], np.ceil(of_weeks + 2 * np.sqrt(dispersion * of_weeks)))
    return found, baseline


def _evidence(
    chance: list[float], observed: list[float], mean: list[float], has_history: list[bool]
) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(chance=by_chance, weeks=weeks, observed=int(cases), expected=expected)
        for by_chance, weeks, cases, expected, is_window in zip(
            chance, WINDOWS, observed, mean, has_history, strict=True
        )
        if is_window
    )


def _shape(history: Floats, weeks: int, dispersion: float) -> tuple[Floats, Floats]:
    """Return the relative mean of each of so many weeks by season and trend, and the variance of its logarithm.

    It is a quasi-Poisson regression with a prior, so that a season which few weeks have shown is small and uncertain.
    The variance is that of the difference from the mean of the history. The trend ends with the history.
    """
    import numpy as np

    number = np.arange(weeks)
    years = np.minimum(number - len(history) + 1, 0) / WEEKS_OF_YEAR
    turn = 2 * np.pi * number / WEEKS_OF_YEAR
    design = np.stack([np.ones(weeks), years, np.cos(turn), np.sin(turn)], axis=1)
    past = design[: len(history)]
    precision = np.array([1e-9, SLOPE**-2, AMPLITUDE**-2, AMPLITUDE**-2])
    found = np.array([np.log((history.sum() + 0.5) / (len(history) + 0.5)), 0.0, 0.0, 0.0])
    for _ in range(20):
        mean = np.exp(past @ found)
        information = past.T @ (past * mean[:, None]) / dispersion + np.diag(precision)
        step = np.linalg.solve(information, past.T @ (history - mean) / dispersion - precision * found)
        found += np.clip(step, -1, 1)
        if np.abs(step).max() < 1e-6:
            break
    relative: Floats = np.exp(design @ found - found[0])
    of_history = relative[: len(history)] / relative[: len(history)].sum()
    apart = (design - of_history @ past)[:, 1:]
    unsure: Floats = (apart @ np.linalg.inv(information)[1:, 1:] * apart).sum(axis=1)
    return relative, unsure


def _dispersion(history: Floats, mean: Floats) -> float:
    """Return the ratio of variance to mean, drawn to what is expected; 1 at least."""
    squares = ((history - mean) ** 2 / mean).sum()
    return max(1.0, float((squares + DISPERSION_WEEKS * DISPERSION) / (len(history) - 1 + DISPERSION_WEEKS)))
