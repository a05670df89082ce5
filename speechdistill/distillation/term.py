"""One term of the objective: a constraint, its weight, and which of the teacher's views it sees."""

from typing import NamedTuple

import torch

from speechdistill.distillation.soft import SoftConstraint

LEVELS = ("feature", "relational", "classifier", "proxy")
THE_TEACHER = "teacher"


class View(NamedTuple):
    """What a term wants to be shown of a teacher.

    Arguments
    ---------
    pairing: which of the teacher's embeddings of the person goes with a sample.
    images: how many of them.
    teacher: whose; :data:`THE_TEACHER` where there is one alone.
    """

    pairing: str
    images: int = 1
    teacher: str = THE_TEACHER


class Term(torch.nn.Module):
    """A soft constraint with its weight and its pairing.

    Arguments
    ---------
    distance: a module ``(student, teacher) -> (batch,)`` with an attribute ``level`` (see
        :mod:`speechdistill.distillation.distances`).
    weight: l >= 0, what the term counts beside the identity loss.
    margin: of the :class:`SoftConstraint`: a number, or a margin that changes over training.
    pairing: which of the teacher's embeddings of the person goes with an utterance: a mode of
        :class:`speechdistill.distillation.pairing.TeacherPairing`.
    images: how many of them per utterance and step; the term is their mean.
    teacher: which teacher, by the name of its YAML without ``.yaml``; needed if there are several.

    Example
    -------
    >>> from speechdistill.distillation.distances import CosineDistance
    >>> term = Term(CosineDistance(), weight=2.0, margin=0.5, pairing="same_person")
    >>> term.level, term.view
    ('feature', View(pairing='same_person', images=1, teacher='teacher'))
    """

    def __init__(
        self,
        distance: torch.nn.Module,
        weight: float,
        margin: float | torch.nn.Module = 0.0,
        pairing: str = "same_video",
        images: int = 1,
        teacher: str = THE_TEACHER,
    ) -> None:
        super().__init__()
        if getattr(distance, "level", None) not in LEVELS:
            raise ValueError(
                f"{type(distance).__name__}.level is {getattr(distance, 'level', None)!r}: "
                f"a distance has a level of {', '.join(LEVELS)}"
            )
        if weight < 0 or images < 1:
            raise ValueError(f"weight {weight} and images {images}: give 0 or more, 1 or more")
        self.constraint = SoftConstraint(distance, margin)
        self.weight = weight
        self.level = str(distance.level)
        self.uses_labels: bool = getattr(distance, "uses_labels", False)
        self.view = View(pairing, images, teacher)
