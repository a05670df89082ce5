"""Every speaker at other speeds, as other speakers."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from lhotse.cut import MonoCut

from speechdistill.inputs.perceived import PerceivedSet
from speechdistill.inputs.utterances import Utterances
from speechdistill.quality.table import QualityTable

SPEEDS = (0.9, 1.1)


def with_other_speeds(
    utterances: Utterances, cuts: Sequence[MonoCut], quality: QualityTable
) -> PerceivedSet:
    """Return utterances as they are, then at 0.9 and at 1.1 times their speed.

    Pitch and formants move with the speed, so that it is another voice: the label of an utterance
    ``x`` of ``a`` at 0.9 times the speed is ``a_sp0.9``, its id ``x_sp0.9``. The person stays
    ``a``, with whom the teacher's embeddings and class go, and so does the quality. H. Yamamoto
    et al., "Speaker augmentation and bandwidth extension for deep speaker embedding", Interspeech
    2019.

    Arguments
    ---------
    utterances: say how cuts are read.
    cuts: with one supervision each.
    quality: of the cuts.

    Example
    -------
    >>> from lhotse.testing.dummies import dummy_cut, dummy_supervision
    >>> cut = dummy_cut(0, duration=1.0, supervisions=[dummy_supervision(0)], with_data=True)
    >>> quality = QualityTable([cut.id], {"quality": np.array([0.5])})
    >>> perceived = with_other_speeds(Utterances(16000, 0.5), [cut], quality)
    >>> [item.label for item in perceived.items]
    ['irrelevant', 'irrelevant_sp0.9', 'irrelevant_sp1.1']
    >>> [len(perceived.read(row, None)) for row in range(3)]
    [16000, 17778, 14545]
    """
    plain = utterances.of_cuts(cuts, quality)
    perturbed = [
        replace(item, id=f"{item.id}_sp{speed}", label=f"{item.label}_sp{speed}")
        for speed in SPEEDS
        for item in plain.items
    ]
    items = [*plain.items, *perturbed]
    scores = np.array([quality.scores[item.id] for item in plain.items])
    durations = np.array([cut.duration for cut in cuts])
    return PerceivedSet(
        items,
        utterances.reader(_AtSpeeds(cuts)),
        QualityTable([item.id for item in items], {"quality": np.tile(scores, 1 + len(SPEEDS))}),
        np.concatenate([durations, *(durations / speed for speed in SPEEDS)]).tolist(),
    )


class _AtSpeeds(Sequence[MonoCut]):
    """Cuts, then the same cuts at each of the other speeds, made as they are asked for."""

    def __init__(self, cuts: Sequence[MonoCut]) -> None:
        self.cuts = cuts

    def __len__(self) -> int:
        return len(self.cuts) * (1 + len(SPEEDS))

    def __getitem__(self, row):
        times, original = divmod(row, len(self.cuts))
        cut = self.cuts[original]
        return cut.perturb_speed(SPEEDS[times - 1]) if times else cut
