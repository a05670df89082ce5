"""Trial lists sampled from a set of utterances (or of images: anything a person has several of)."""

import logging
from collections.abc import Sequence

import numpy as np

from speechdistill.base.errors import InputError
from speechdistill.verification.trials.cross_pairs import CrossPairs
from speechdistill.verification.trials.trial_list import TrialList

logger = logging.getLogger(__name__)


def sample_trials(
    ids: Sequence[str],
    speakers: Sequence[str],
    sessions: Sequence[str],
    genders: Sequence[str | None],
    n_trials: int,
    seed: int,
) -> TrialList:
    """Sample a balanced trial list: half targets, half non-targets, no pair twice in any order.

    Targets join two sessions of a speaker; within one session only for a speaker who has no
    other. Non-targets join speakers of one gender; speakers whose gender is unknown, or who are
    the only one of theirs, are joined with each other. Both kinds are spread evenly over the
    speakers, as far as they have enough utterances. Where fewer pairs exist than asked for, all
    are taken. Time and memory grow with the number of utterances and trials, never with the
    number of possible pairs.

    Arguments
    ---------
    ids: unique names, written into the list as they are.
    speakers, sessions, genders: of each id; a session's name need not be unique among speakers.
    n_trials: how many to sample, at least 2.
    seed: the same seed and ids give the same list.

    Raises
    ------
    InputError: no target or no non-target pair exists, or ``n_trials`` is below 2.

    Example
    -------
    >>> trials = sample_trials(
    ...     ids=["a/1/x", "a/2/x", "b/1/x", "b/2/x"], speakers=["a", "a", "b", "b"],
    ...     sessions=["1", "2", "1", "2"], genders=["f", "f", "f", "f"], n_trials=4, seed=0,
    ... )
    >>> sorted(trials.labels.tolist())
    [0, 0, 1, 1]
    """
    if n_trials < 2:
        raise InputError(f"{n_trials} trials asked for: ask for at least 2")
    rng = np.random.default_rng([seed, len(ids)])
    speaker_of = _numbered(speakers)
    target_pairs = _targets(speaker_of, sessions, n_trials // 2, rng)
    nontarget_pairs = _nontargets(speaker_of, genders, n_trials - n_trials // 2, rng)
    for pairs, asked, kind, remedy in (
        (target_pairs, n_trials // 2, "target", "give speakers with two utterances"),
        (nontarget_pairs, n_trials - n_trials // 2, "non-target", "give two speakers or more"),
    ):
        if len(pairs) == 0:
            raise InputError(f"no {kind} trial exists among {len(ids)} utterances: {remedy}")
        if len(pairs) < asked:
            logger.info("%d %s trials exist, %d were asked for", len(pairs), kind, asked)
    pairs = rng.permuted(np.concatenate([target_pairs, nontarget_pairs]), axis=1)
    labels = np.repeat(np.array([1, 0], np.int8), [len(target_pairs), len(nontarget_pairs)])
    order = rng.permutation(len(pairs))
    return TrialList(list(ids), pairs[order, 0], pairs[order, 1], labels[order])


def _numbered(names: Sequence[str]) -> np.ndarray:
    return np.unique(np.asarray(names), return_inverse=True)[1]


def _targets(
    speaker_of: np.ndarray, sessions: Sequence[str], quota: int, rng: np.random.Generator
) -> np.ndarray:
    items = np.arange(len(speaker_of))
    session_of = _numbered(sessions)
    n_speakers = speaker_of.max(initial=-1) + 1
    in_first_session = session_of == _first_of_each(speaker_of, session_of)[speaker_of]
    has_one_session = np.bincount(speaker_of[~in_first_session], minlength=n_speakers) == 0
    blocks = np.where(has_one_session[speaker_of], items, session_of)
    cross = CrossPairs.of(items, speaker_of, blocks)
    first_number = cross.pairs_before[
        np.searchsorted(speaker_of[cross.items], np.arange(n_speakers + 1))
    ]
    shares = even_shares(quota, np.diff(first_number), rng)
    numbers = [
        start + rng.choice(end - start, share, replace=False)
        for start, end, share in zip(first_number[:-1], first_number[1:], shares, strict=True)
    ]
    return cross[np.concatenate([np.empty(0, np.int64), *numbers])]


def _first_of_each(groups: np.ndarray, values: np.ndarray) -> np.ndarray:
    return values[np.unique(groups, return_index=True)[1]]


def even_shares(total: int, capacities: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Split ``total`` as evenly as the capacities allow; ties are broken by ``rng``.

    Example
    -------
    >>> even_shares(9, np.array([1, 9, 9, 0]), np.random.default_rng(0)).tolist()
    [1, 4, 4, 0]
    """
    shares = np.zeros_like(capacities)
    remaining = min(total, int(capacities.sum()))
    while remaining:
        is_open = np.flatnonzero(shares < capacities)
        if remaining < len(is_open):
            is_open = rng.choice(is_open, remaining, replace=False)
        added = np.minimum(max(1, remaining // len(is_open)), (capacities - shares)[is_open])
        shares[is_open] += added
        remaining -= int(added.sum())
    return shares


def _nontargets(
    speaker_of: np.ndarray, genders: Sequence[str | None], quota: int, rng: np.random.Generator
) -> np.ndarray:
    gender_of = _gender_groups(speaker_of, genders)
    cross = CrossPairs.of(np.arange(len(speaker_of)), gender_of, speaker_of)
    quota = min(quota, len(cross))
    items_of = np.argsort(speaker_of, kind="stable")
    n_items = np.bincount(speaker_of)
    first_item = np.cumsum(n_items) - n_items
    members = _speakers_by_group(speaker_of, gender_of)
    pairs = np.empty((0, 2), np.int64)
    while len(pairs) < quota:
        rounds = -(-(quota - len(pairs)) // sum(map(len, members)))
        speaker_pairs = np.concatenate([_cyclic_pairs(group, rounds, rng) for group in members])
        chosen = rng.integers(0, n_items[speaker_pairs])
        candidates = items_of[first_item[speaker_pairs] + chosen]
        enlarged = _without_repeats(np.concatenate([pairs, rng.permutation(candidates)]))
        is_crowded = len(enlarged) - len(pairs) < len(candidates) / 2
        pairs = enlarged[:quota]
        if is_crowded and len(pairs) < quota:
            # Most pairs of the scarce speakers are taken: fill up evenly over the pairs instead.
            fresh = cross[rng.choice(len(cross), quota, replace=False)]
            pairs = _without_repeats(np.concatenate([pairs, fresh]))[:quota]
    return pairs


def _gender_groups(speaker_of: np.ndarray, genders: Sequence[str | None]) -> np.ndarray:
    """Number the genders; 0 for the unknown and for those that only one speaker has."""
    known = sorted({gender for gender in genders if gender})
    numbers = {gender: number for number, gender in enumerate(known, start=1)}
    gender_of = np.array([numbers.get(gender or "", 0) for gender in genders], dtype=np.int64)
    for number in numbers.values():
        has_gender = gender_of == number
        if len(np.unique(speaker_of[has_gender])) < 2:
            gender_of[has_gender] = 0
    return gender_of


def _speakers_by_group(speaker_of: np.ndarray, gender_of: np.ndarray) -> list[np.ndarray]:
    groups = [np.unique(speaker_of[gender_of == gender]) for gender in np.unique(gender_of)]
    return [group for group in groups if len(group) > 1]


def _cyclic_pairs(group: np.ndarray, rounds: int, rng: np.random.Generator) -> np.ndarray:
    """Pair neighbours on ``rounds`` random cycles through all speakers of a group."""
    cycles = rng.permuted(np.tile(group, (rounds, 1)), axis=1)
    return np.stack([cycles, np.roll(cycles, 1, axis=1)], axis=2).reshape(-1, 2)


def _without_repeats(pairs: np.ndarray) -> np.ndarray:
    """Keep the first of the pairs that join the same two items, in order."""
    _, first = np.unique(np.sort(pairs, axis=1), axis=0, return_index=True)
    return pairs[np.sort(first)]
