"""The cumulative sum (CUSUM) of the negative binomial distribution: the latest weeks against what earlier ones predict.

The likelihood ratios of a rise against the usual are multiplied over the latest weeks, from whichever week makes the
product greatest: its logarithm is the sum. Two rises are mixed, a small one that lasts and, with less weight, a large
one that one week shows. The usual mean of a week is that of the weeks before it, by season and trend as far as there
is a history of them; its variance adds the dispersion of these weeks and the uncertainty of the mean. A rise is a
number of standard deviations of a week, so that a stream with few cases has to multiply and one with many to grow by
a part.

The constants were set on simulated series, before any real one; `soak/signal_yardsticks.py` measures them.

Sources: E. S. Page, Continuous inspection schemes, Biometrika 41 (1954); M. Höhle, M. Paul, Count data regression
charts for the monitoring of surveillance time series, Computational Statistics and Data Analysis 52 (2008); A. Noufaily
et al., An improved algorithm for outbreak detection in multiple surveillance systems, Statistics in Medicine 32 (2013),
for the predictive distribution and past outbreaks.
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
LONGEST: Final = 52
"""The weeks that are summed at most."""
RISES: Final = ((1.5, 0.9), (6.0, 0.1))
"""The rises that it looks for, in standard deviations of a week, and the weight of each."""
BEFORE: Final = 13
"""The weeks of history without which nothing is said of a week."""
MEMORY: Final = 182
"""The weeks of history that count for the mean: three years and a half."""
BLOCK: Final = 13
"""Season, trend and dispersion are estimated anew after so many weeks."""
AMPLITUDES: Final = (0.4, 0.2)
SLOPE: Final = 0.35
"""The standard deviations that the waves of a season (of the logarithm of the mean; one a year, two a year) and the
trend (in a year) are expected to have."""
DISPERSION: Final = 1.2
DISPERSION_WEEKS: Final = 13.0
"""The dispersion expected before any count, and the weeks that this expectation is worth."""
PAST_OUTBREAK: Final = 7.0
"""Weeks of so great a sum are cut to two standard deviations above their mean before they become history."""
FEWEST: Final = 2
"""One case is no rise."""


def cusum(counts: tuple[int, ...]) -> list[tuple[Evidence, ...]]:
    """Return the evidence of each week: of the windows that no shorter one exceeds; the first `BEFORE` have none.

    The chance is exp(-S) of the sum S, at most 1: no chance in itself, but the rates of
    false alarms are by it.

    Raises:
        MissingExtraError: the extra `simulation` (SciPy) is not installed.
    """
    try:
        import numpy as np
        from scipy.special import gammaln
    except ImportError as error:
        raise MissingExtraError(error.name or "scipy", "simulation") from None
    y = np.array(counts, float)
    history, means, ratios = y.copy(), np.zeros(len(y)), np.zeros((len(RISES), len(y)))
    found: list[tuple[Evidence, ...]] = [()] * min(BEFORE, len(y))
    dispersion = DISPERSION
    for start in range(BEFORE, len(y), BLOCK):
        end = min(len(y), start + BLOCK)
        shape, unsure = _shape(history[:start], end, dispersion)
        dispersion = _dispersion(history[:start], shape[:start])
        of_shape = np.concatenate([[0.0], np.cumsum(shape)])
        while len(found) < end:
            # All weeks of the block at once; after a past outbreak was cut, the rest of them again.
            weeks = np.arange(len(found), end)
            oldest = np.maximum(0, weeks + 1 - MEMORY)
            of_history = np.concatenate([[0.0], np.cumsum(history[:end])])
            cases = of_history[weeks] - of_history[oldest] + 0.5
            mean = cases / (of_shape[weeks] - of_shape[oldest] + 0.5) * shape[weeks]
            variance = dispersion * mean * (1 + mean / cases) + mean**2 * unsure[weeks]
            scale = variance / mean - 1
            count, usual = y[weeks], mean / scale
            means[weeks] = mean
            for of_rise, (rise, _) in zip(ratios, RISES, strict=True):
                risen = usual + rise * np.sqrt(variance) / scale
                of_rise[weeks] = gammaln(count + risen) - gammaln(risen) - gammaln(count + usual) + gammaln(usual)
                of_rise[weeks] -= (risen - usual) * np.log1p(scale)
            for week in weeks:
                evidence, outbreak = _windows(ratios, y, means, int(week))
                found.append(evidence)
                if outbreak:
                    span = slice(week + 1 - outbreak, week + 1)
                    highest = np.ceil(means[span] + 2 * np.sqrt(dispersion * means[span]))
                    history[span] = np.minimum(history[span], highest)
                    break
    return found


def _windows(ratios: Floats, counts: Floats, means: Floats, week: int) -> tuple[tuple[Evidence, ...], int]:
    """Return the evidence of a week, and the length of the window that is a past outbreak, 0 if none is."""
    import numpy as np

    latest = slice(week, max(week - LONGEST, BEFORE - 1), -1)
    observed, expected = (np.cumsum(one[latest]) for one in (counts, means))
    weights = np.log([weight for _, weight in RISES])[:, None]
    sums = np.logaddexp.reduce(weights + np.cumsum(ratios[:, latest], axis=1))
    sums[observed < FEWEST] = 0.0
    greatest = np.maximum.accumulate(np.concatenate([[0.0], sums[:-1]]))
    evidence = tuple(
        Evidence(
            chance=float(np.exp(-sums[place])),
            weeks=int(place) + 1,
            observed=int(observed[place]),
            expected=float(expected[place]),
        )
        for place in np.flatnonzero(sums > greatest)
    )
    last = evidence[-1] if evidence else None
    is_outbreak = last is not None and sums[last.weeks - 1] > PAST_OUTBREAK and last.observed > FEWEST
    return evidence, last.weeks if last is not None and is_outbreak else 0


def _shape(history: Floats, weeks: int, dispersion: float) -> tuple[Floats, Floats]:
    """Return the relative mean of each of so many weeks by season and trend, and the variance of its logarithm.

    It is a quasi-Poisson regression with a prior, so that a season which few weeks have shown is small and uncertain.
    The variance is that of the difference from the mean of the history. The trend ends with the history.
    """
    import numpy as np

    number = np.arange(weeks)
    years = np.minimum(number - len(history) + 1, 0) / WEEKS_OF_YEAR
    turn = 2 * np.pi * number / WEEKS_OF_YEAR
    waves = [wave(turn * times) for times in range(1, len(AMPLITUDES) + 1) for wave in (np.cos, np.sin)]
    design = np.stack([np.ones(weeks), years, *waves], axis=1)
    past = design[: len(history)]
    precision = np.array([1e-9, SLOPE**-2, *(one**-2 for one in AMPLITUDES for _ in range(2))])
    found = np.zeros(design.shape[1])
    found[0] = np.log((history.sum() + 0.5) / (len(history) + 0.5))
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


def _dispersion(history: Floats, shape: Floats) -> float:
    """Return the ratio of variance to mean, drawn to what is expected; 1 at least."""
    mean = shape * (history.sum() + 0.5) / (shape.sum() + 0.5)
    squares = ((history - mean) ** 2 / mean).sum()
    return max(1.0, float((squares + DISPERSION_WEEKS * DISPERSION) / (len(history) - 1 + DISPERSION_WEEKS)))
