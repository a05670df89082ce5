"""How well an encoder does on validation: what selects the checkpoint."""

import logging
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Protocol

import numpy as np
import torch

from speechdistill.inputs.items import ids_of
from speechdistill.inputs.perceived import PerceivedSet
from speechdistill.storage.files import require
from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.storage.places import Stage, trial_list
from speechdistill.verification.metrics import eer
from speechdistill.verification.scoring import cosine_scores
from speechdistill.verification.trials.trial_list import TrialList

logger = logging.getLogger(__name__)

# Embeddings ``(items, dimension)`` to scores ``(items, classes)``.
Classify = Callable[[torch.Tensor], torch.Tensor]


class Validation(Protocol):
    """Errors to be made small.

    Attributes
    ----------
    measure: what the log calls the error: "eer" or "error".
    """

    measure: str

    def errors(self, embeddings: KeyedVectors, classify: Classify) -> dict[str, float]:
        """Return an error per set, that of ``dev`` selecting the checkpoint."""
        ...


class VerificationTrials:
    """The EER of trials over the embeddings: for people that are not in training.

    Arguments
    ---------
    trials: name -> list; none at all if there is nothing to be verified.

    Example
    -------
    >>> embeddings = KeyedVectors(["a", "b", "c"], np.array([[1, 0], [1, 0.1], [0, 1]]))
    >>> trials = TrialList(embeddings.ids, np.array([0, 0]), np.array([1, 2]), np.array([1, 0]))
    >>> VerificationTrials({"dev": trials}).errors(embeddings, classify=torch.nn.Identity())
    {'dev': 0.0}
    """

    measure = "eer"

    def __init__(self, trials: Mapping[str, TrialList]) -> None:
        self.trials = trials

    def errors(self, embeddings: KeyedVectors, classify: Classify) -> dict[str, float]:
        found = {}
        for name, trials in self.trials.items():
            scores = cosine_scores(trials, embeddings, embeddings)
            is_target = trials.labels == 1
            found[name] = eer(scores[is_target], scores[~is_target])
        return found


class ClassificationErrors:
    """The share of items given a wrong class: for the classes of training.

    Arguments
    ---------
    classes: name of a set -> id -> class.

    Example
    -------
    >>> embeddings = KeyedVectors(["a", "b"], np.array([[1.0, 0], [0.2, 0.1]]))
    >>> ClassificationErrors({"dev": {"a": 0, "b": 1}}).errors(embeddings, torch.nn.Identity())
    {'dev': 0.5}
    """

    measure = "error"

    def __init__(self, classes: Mapping[str, Mapping[str, int]]) -> None:
        self.classes = classes

    def errors(self, embeddings: KeyedVectors, classify: Classify) -> dict[str, float]:
        vectors = torch.from_numpy(np.array(embeddings.vectors, dtype=np.float32))
        best = classify(vectors).argmax(dim=-1).tolist()
        return {
            name: float(np.mean([best[embeddings.row_of[item]] != it for item, it in of.items()]))
            for name, of in self.classes.items()
        }


def validation_sets(
    data: Path, training: PerceivedSet, dev: PerceivedSet, class_of: Mapping[str, int]
) -> tuple[PerceivedSet, Validation]:
    """Choose what every validation embeds, and how it is judged.

    Where the people of ``dev`` are those of training, the share of items given to a wrong class;
    else the EER of the trials there, without those of unreadable utterances. The part of the
    training set shows over-fitting.

    Arguments
    ---------
    data: folder of the sets, with ``<set>/trials/<set>.txt`` if dev people are others.
    training, dev: the sets.
    class_of: of the training people.
    """
    if {item.label for item in dev.items} <= class_of.keys():
        rows = _spread(len(training), len(dev))
        seen = training.select(rows)
        classes = {
            name: {item.id: class_of[item.label] for item in part.items}
            for name, part in (("dev", dev), ("train", seen))
        }
        return dev.joined(seen), ClassificationErrors(classes)
    trials = {
        name: _readable(
            TrialList.load(require(trial_list(data / name), Stage.MANIFESTS)),
            set(ids_of(part.items)),
        )
        for name, part in (("dev", dev), ("train", training))
    }
    return dev.joined(_named(training, set(trials["train"].ids))), VerificationTrials(trials)


def _readable(trials: TrialList, readable: Collection[str]) -> TrialList:
    is_readable = np.array([name in readable for name in trials.ids])
    is_kept = is_readable[trials.enrol] & is_readable[trials.test]
    if dropped := np.count_nonzero(~is_kept):
        logger.warning(
            "%d of %d trials of %s name utterances that cannot be read: they are left out",
            *(dropped, len(trials), trials.source),
        )
    return trials.subset(is_kept)


def _named(perceived: PerceivedSet, names: Collection[str]) -> PerceivedSet:
    ids = ids_of(perceived.items)
    return perceived.select([row for row, name in enumerate(ids) if name in names])


def _spread(total: int, count: int) -> list[int]:
    return np.unique(np.linspace(0, total - 1, min(total, count)).round().astype(int)).tolist()
