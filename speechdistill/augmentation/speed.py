"""Every speaker at other speeds, as other speakers."""

from dataclasses import replace
from functools import partial

import numpy as np
from lhotse.cut import MonoCut

from speechdistill.corpora.cut_table import CutTable
from speechdistill.inputs.perceived import PerceivedSet
from speechdistill.inputs.utterances import Utterances
from speechdistill.quality.table import QualityTable

SPEEDS = (0.9, 1.1)


def with_other_speeds(
    utterances: Utterances, cuts: CutTable, quality: QualityTable
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
    cuts: as they are.
    quality: of the cuts.

    Example
    -------
    >>> from lhotse.testing.dummies import dummy_cut, dummy_supervision
    >>> cut = dummy_cut(0, duration=1.0, supervisions=[dummy_supervision(0)], with_data=True)
    >>> quality = QualityTable([cut.id], {"quality": np.array([0.5])})
    >>> perceived = with_other_speeds(Utterances(16000, 0.5), CutTable.of([cut]), quality)
    >>> [item.label for item in perceived.items]
    ['irrelevant', 'irrelevant_sp0.9', 'irrelevant_sp1.1']
    >>> [len(perceived.read(row, None)) for row in range(3)]
    [16000, 17778, 14545]
    """
    plain = utterances.perceive_table(cuts, quality)
    perturbed = [
        replace(item, id=f"{item.id}_sp{speed}", label=f"{item.label}_sp{speed}")
        for speed in SPEEDS
        for item in plain.items
    ]
    items = [*plain.items, *perturbed]
    durations = cuts.columns["duration"]
    qualities = np.tile(plain.qualities, 1 + len(SPEEDS))
    return PerceivedSet(
        items,
        utterances.reader(partial(_cut_at_speed, cuts)),
        QualityTable([item.id for item in items], {"quality": qualities}),
        np.concatenate([durations, *(durations / speed for speed in SPEEDS)]),
    )


def _cut_at_speed(cuts: CutTable, row: int) -> MonoCut:
    """Make the cut of a row: those as they are come first, then those at each other speed."""
    times, original = divmod(row, len(cuts))
    cut = cuts.cut(original)
    return cut.perturb_speed(SPEEDS[times - 1]) if times else cut
