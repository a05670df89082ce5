"""The middle of an utterance."""

from lhotse import MonoCut


def middle(cut: MonoCut, seconds: int) -> MonoCut:
    """Keep the middle ``seconds`` of a cut; one that is not longer stays whole. The id stays.

    Example
    -------
    >>> from lhotse.testing.dummies import dummy_cut
    >>> cut = middle(dummy_cut(0, duration=4.5), 2)
    >>> cut.id, cut.start, cut.duration
    ('dummy-mono-cut-0000', 1.25, 2.0)
    """
    surplus = cut.num_samples - seconds * cut.sampling_rate
    if surplus <= 0:
        return cut
    offset = (surplus // 2) / cut.sampling_rate
    return cut.truncate(offset=offset, duration=seconds, preserve_id=True)
