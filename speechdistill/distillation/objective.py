"""The objective: what the student learns from labels, and what from the teacher."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch.nn import functional

from speechdistill.distillation.soft import SoftConstraint
from speechdistill.quality.weights import effective_sample_size

QualityWeight = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


@dataclass
class TeacherBatch:
    """What the teacher says of the persons in a batch.

    Arguments
    ---------
    embeddings: ``(batch, teacher dimension)``; zeros where there is no teacher.
    quality: ``(batch,)`` in [0, 1]: how far the teacher's input can be trusted.
    present: ``(batch,)`` bool: False for a person of whom the teacher has seen nothing.
    """

    embeddings: torch.Tensor
    quality: torch.Tensor
    present: torch.Tensor

    def to(self, device: str | torch.device) -> "TeacherBatch":
        return TeacherBatch(
            self.embeddings.to(device), self.quality.to(device), self.present.to(device)
        )

    def select(self, rows: torch.Tensor) -> "TeacherBatch":
        """Take rows, repeated or not: augmentation makes several copies of a sample."""
        return TeacherBatch(self.embeddings[rows], self.quality[rows], self.present[rows])


@dataclass
class StudentBatch:
    """What the student says of a batch, and how good the speech was.

    Arguments
    ---------
    embeddings: ``(batch, student dimension)``.
    logits: ``(batch, speakers)``, scaled, without margin.
    quality: ``(batch,)`` in [0, 1]: how far the speech can be trusted.
    """

    embeddings: torch.Tensor
    logits: torch.Tensor
    quality: torch.Tensor


class DistillationObjective(torch.nn.Module):
    """Combine the identity loss with soft constraints towards a teacher.

    ``loss = mean_i [ w_id_i L_id_i + w_kd_i sum_k l_k soft_k(student, teacher)_i ]`` where ``k``
    runs over the constraints and a sample without teacher has only its identity loss. Without
    constraints and weights it is the mean identity loss: the baseline.

    Arguments
    ---------
    constraints: name -> :class:`SoftConstraint`, at feature or at classifier level.
    weights: name -> l_k, for the same names.
    identity_weight: ``(q_speech, q_teacher) -> w_id``, or None for ones.
    distillation_weight: ``(q_speech, q_teacher) -> w_kd``, or None for ones.

    Example
    -------
    >>> from speechdistill.distillation.distances.cosine import CosineDistance
    >>> soft = SoftConstraint(CosineDistance(), margin=0.4)
    >>> objective = DistillationObjective({"feature": soft}, weights={"feature": 1.0})
    >>> objective.connect(student_dimension=2, class_weights=torch.eye(3), class_columns=[0, 1, 2])
    >>> student = StudentBatch(torch.eye(2), torch.zeros(2, 3), quality=torch.ones(2))
    >>> teacher = TeacherBatch(torch.ones(2, 3), torch.ones(2), present=torch.tensor([True, False]))
    >>> loss, parts = objective(torch.tensor([1.0, 3.0]), student, teacher)
    >>> sorted(parts)
    ['effective_sample_size', 'feature', 'feature_active', 'identity']
    """

    class_weights: torch.Tensor
    class_columns: torch.Tensor

    def __init__(
        self,
        constraints: Mapping[str, SoftConstraint] | None = None,
        weights: Mapping[str, float] | None = None,
        identity_weight: QualityWeight | None = None,
        distillation_weight: QualityWeight | None = None,
    ) -> None:
        super().__init__()
        self.constraints = torch.nn.ModuleDict(dict(constraints or {}))
        self.weights = dict(weights or {})
        if self.weights.keys() != set(self.constraints):
            raise ValueError(
                f"weights for {sorted(self.weights)}, but constraints {sorted(self.constraints)}"
            )
        self.identity_weight = identity_weight
        self.distillation_weight = distillation_weight

    @property
    def needs_teacher(self) -> bool:
        return len(self.constraints) > 0

    def connect(
        self,
        student_dimension: int,
        class_weights: torch.Tensor,
        class_columns: list[int],
        scale: float = 1.0,
    ) -> None:
        """Make the projection P to the teacher's width, and keep the teacher's classifier.

        Arguments
        ---------
        student_dimension: width of the student's embedding.
        class_weights: ``(classes, teacher dimension)``: the teacher's frozen class weights.
        class_columns: for each of the teacher's classes, its column in the student's logits.
        scale: what the teacher's cosines are multiplied by to give its logits.
        """
        self.projection = torch.nn.Linear(student_dimension, class_weights.shape[1])
        self.register_buffer(
            "class_weights", functional.normalize(class_weights, dim=-1), persistent=False
        )
        self.register_buffer("class_columns", torch.tensor(class_columns), persistent=False)
        self.scale = scale

    def forward(
        self,
        identity_loss: torch.Tensor,
        student: StudentBatch,
        teacher: TeacherBatch | None = None,
    ) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
        """Return the batch's loss and its named parts (detached batch means) for the log.

        Arguments
        ---------
        identity_loss: ``(batch,)``, the speaker classification loss of every sample.
        student: the student's embeddings, logits and speech quality.
        teacher: the teacher's view; needed if there are constraints.
        """
        missing = torch.full_like(student.quality, torch.nan)
        quality_teacher = (
            missing if teacher is None else torch.where(teacher.present, teacher.quality, missing)
        )
        ones = torch.ones_like(identity_loss)
        identity_weight = _weigh(self.identity_weight, student.quality, quality_teacher, ones)
        loss = identity_weight * identity_loss
        parts = {"identity": identity_loss.detach().mean()}
        if self.needs_teacher:
            if teacher is None:
                raise ValueError("the objective has constraints but was given no teacher")
            present = teacher.present.to(loss.dtype)
            weight = _weigh(self.distillation_weight, student.quality, quality_teacher, ones)
            for name, constraint in self.constraints.items():
                value = constraint(*self._inputs(str(constraint.level), student, teacher)) * present
                loss = loss + weight * self.weights[name] * value
                parts[name] = value.detach().sum() / present.sum().clamp(min=1)
                parts[f"{name}_active"] = (value > 0).to(loss.dtype).sum() / present.sum().clamp(
                    min=1
                )
            parts["effective_sample_size"] = effective_sample_size(weight * present)
        return loss.mean(), parts

    def _inputs(
        self, level: str, student: StudentBatch, teacher: TeacherBatch
    ) -> tuple[torch.Tensor, torch.Tensor]:
        if level == "feature":
            return self.projection(student.embeddings).float(), teacher.embeddings
        if level == "classifier":
            cosines = functional.normalize(teacher.embeddings, dim=-1) @ self.class_weights.T
            return student.logits.index_select(1, self.class_columns), self.scale * cosines
        raise ValueError(f"unknown level {level!r}: a distance is at level feature or classifier")


def _weigh(
    weigh: QualityWeight | None,
    quality_speech: torch.Tensor,
    quality_teacher: torch.Tensor,
    ones: torch.Tensor,
) -> torch.Tensor:
    return ones if weigh is None else weigh(quality_speech, quality_teacher)
