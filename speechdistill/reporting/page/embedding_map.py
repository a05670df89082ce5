"""Embeddings in two dimensions, the same points whoever computes them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.manifold import TSNE
from threadpoolctl import threadpool_limits

from speechdistill.base.randomness import generator_for

MOST, MOST_OF_ONE = 640, 25
PERPLEXITY = 30


@dataclass(frozen=True)
class EmbeddingMap:
    """Items of a few speakers (or classes), placed so that near ones stay near.

    Attributes
    ----------
    ids: of the items.
    speakers: one number per item.
    points: shape ``(items, 2)``.
    same_neighbour: share of items whose nearest item of another session is of the same speaker;
        NaN where no speaker has two sessions.
    """

    ids: Sequence[str]
    speakers: np.ndarray
    points: np.ndarray
    same_neighbour: float

    @classmethod
    def of(
        cls,
        ids: Sequence[str],
        vectors: np.ndarray,
        seed: int,
        owners: Mapping[str, tuple[str, str]] | None = None,
    ) -> "EmbeddingMap":
        """Place length-normalised embeddings by t-SNE (van der Maaten and Hinton, 2008).

        Arguments
        ---------
        ids: of the items.
        vectors: float ``(len(ids), dimension)``, at least 4.
        seed: of the map.
        owners: id -> speaker and session; by default the parts of ``<speaker>/<session>/<name>``.

        Example
        -------
        >>> vectors = np.repeat(np.eye(4), 8, axis=0) + 0.01 * np.arange(32)[:, None]
        >>> ids = [f"{row // 8}/{row % 2}/{row}" for row in range(32)]
        >>> EmbeddingMap.of(ids, vectors, seed=1).same_neighbour
        1.0
        """
        unit = np.asarray(vectors, dtype=np.float64)
        norms = np.linalg.norm(unit, axis=1, keepdims=True)
        unit = np.divide(unit, norms, out=np.zeros_like(unit), where=norms > 0)
        whose = [_owner(name, owners) for name in ids]
        speakers = np.unique([speaker for speaker, _ in whose], return_inverse=True)[1]
        sessions = np.unique([f"{who}/{where}" for who, where in whose], return_inverse=True)[1]
        tsne = TSNE(
            init="pca", perplexity=min(PERPLEXITY, (len(ids) - 1) / 3), random_state=seed, n_jobs=1
        )
        with threadpool_limits(1):  # how threads share out a sum changes its rounding
            likeness = unit @ unit.T
            points = tsne.fit_transform(unit)
        return cls(ids, speakers, points, _same_neighbour(likeness, speakers, sessions))


def sample_items(
    ids: Sequence[str], seed: int, owners: Mapping[str, tuple[str, str]] | None = None
) -> list[str]:
    """Sample whole speakers, each with some of its items, in the order of their ids.

    ``owners`` is as in :meth:`EmbeddingMap.of`.

    Example
    -------
    >>> len(sample_items([f"id{n % 100}/v/{n}" for n in range(5000)], seed=1))
    640
    """
    of_speaker: dict[str, list[str]] = {}
    for name in sorted(ids):
        of_speaker.setdefault(_owner(name, owners)[0], []).append(name)
    generator = generator_for(seed, "embedding map")
    most = max(MOST_OF_ONE, MOST // len(of_speaker))
    chosen: list[str] = []
    for speaker in generator.permutation(list(of_speaker)):
        items = of_speaker[speaker]
        kept = generator.permutation(len(items))[:most]
        if len(chosen) + len(kept) > MOST and chosen:
            kept = kept[: MOST - len(chosen)]
        chosen += [items[at] for at in kept]
    return sorted(chosen)


def _owner(name: str, owners: Mapping[str, tuple[str, str]] | None) -> tuple[str, str]:
    if owners is not None and name in owners:
        return owners[name]
    speaker, _, rest = name.partition("/")
    return speaker, rest.rpartition("/")[0]


def _same_neighbour(likeness: np.ndarray, speakers: np.ndarray, sessions: np.ndarray) -> float:
    is_own = sessions[:, None] == sessions[None, :]
    has_other = ((speakers[:, None] == speakers[None, :]) & ~is_own).any(axis=1)
    if not has_other.any():
        return float("nan")
    nearest = np.where(is_own, -np.inf, likeness).argmax(axis=1)
    return float((speakers[nearest] == speakers)[has_other].mean())
