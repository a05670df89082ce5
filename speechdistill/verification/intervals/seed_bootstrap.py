"""How sure a mean over training seeds is: bootstrap over test speakers and over seeds."""

from collections.abc import Mapping, Sequence

import numpy as np

from speechdistill.verification.intervals.replicated import Replicated


def mean_over_seeds(by_seed: Mapping[int, Replicated], bootstrap_seed: int) -> Replicated:
    """Average a metric over the seeds that a system was trained with.

    Every replicate of :class:`SpeakerBootstrap` sampled speakers; here it samples seeds too, and
    averages over these: the two-way (pigeonhole) bootstrap of Owen, Annals of Applied Statistics
    1(2), 2007, speakers by seeds. Of ``n`` seeds it samples ``n - 1`` with replacement, since the
    variance of such a mean, ``sum((x - mean)^2) / n / (n - 1)``, has no bias (Rao and Wu, JASA
    83(401), 1988); ``n`` samples would make it too small by a fifth for five seeds. One seed is
    always sampled, so that the result is that of the speakers alone.

    Samples depend on the bootstrap's seed and the seed numbers only. Two systems trained with the
    same seeds sample the same, and with partly the same seeds the same as often as can be: so
    :func:`relative_change` of two results is paired over speakers and seeds.

    Arguments
    ---------
    by_seed: training seed -> the metric, all from one :class:`SpeakerBootstrap`.
    bootstrap_seed: that of the samples.

    Example
    -------
    >>> found = {1: Replicated(0.1, np.full(9, 0.1)), 2: Replicated(0.2, np.full(9, 0.2))}
    >>> mean = mean_over_seeds(found, bootstrap_seed=0)
    >>> round(mean.value, 3), sorted(set(mean.replicates.tolist()))
    (0.15, [0.1, 0.2])
    """
    seeds = sorted(by_seed)
    values = np.stack([by_seed[seed].replicates for seed in seeds])
    shares = seed_shares(seeds, values.shape[1], bootstrap_seed)
    mean = float(np.mean([by_seed[seed].value for seed in seeds]))
    return Replicated(mean, np.einsum("sr,sr->r", shares, values))


def seed_shares(seeds: Sequence[int], replicates: int, bootstrap_seed: int) -> np.ndarray:
    """Return the share of each seed among a replicate's samples, shape ``(seeds, replicates)``.

    Every sample gives each seed number a random rank of its own and takes, of ``seeds``, the one
    that ranks lowest.
    """
    samples = max(1, len(seeds) - 1)
    ranks = np.stack(
        [
            np.random.default_rng([bootstrap_seed, seed]).random((samples, replicates))
            for seed in seeds
        ]
    )
    chosen = ranks.argmin(axis=0)
    return np.stack([(chosen == index).mean(axis=0) for index in range(len(seeds))])


def mean_over_conditions(conditions: Sequence[Replicated]) -> Replicated:
    """Average a metric over test conditions, within each replicate.

    Arguments
    ---------
    conditions: the metric under each, from one :class:`SpeakerBootstrap` or one
        :func:`mean_over_seeds` each.

    Example
    -------
    >>> mean_over_conditions([Replicated(0.1, np.zeros(2)), Replicated(0.3, np.ones(2))])
    Replicated(value=0.2, replicates=array([0.5, 0.5]))
    """
    return Replicated(
        float(np.mean([condition.value for condition in conditions])),
        np.mean([condition.replicates for condition in conditions], axis=0),
    )
