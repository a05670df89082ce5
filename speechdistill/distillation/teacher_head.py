"""What ties a student to one teacher: the projection to its width, and its frozen classifier."""

from collections.abc import Sequence

import torch
from torch.nn import functional

from speechdistill.distillation.batch import StudentBatch, taken


class TeacherHead(torch.nn.Module):
    """Bring what a student says into one teacher's space and classes.

    A teacher's class may hold several of the student's: persons who share a description are one to
    a teacher of texts. The student's posterior of such a class is the sum of its persons'.

    Arguments
    ---------
    student_dimension: width of the student's embedding.
    class_weights: ``(classes, teacher dimension)``: the teacher's frozen class weights.
    class_of: for each column of the student's logits its row in ``class_weights``; -1 for a person
        whom the teacher cannot name.
    scale: what the teacher's cosines are multiplied by to give its logits.

    Example
    -------
    >>> head = TeacherHead(4, torch.eye(2), class_of=[0, 1, 1])
    >>> logits = torch.tensor([[0.2, 0.3, 0.5]]).log()
    >>> head.class_logits(logits).softmax(dim=1)
    tensor([[0.2000, 0.8000]])
    """

    class_weights: torch.Tensor
    class_of: torch.Tensor
    known_columns: torch.Tensor
    column_of: torch.Tensor | None

    def __init__(
        self,
        student_dimension: int,
        class_weights: torch.Tensor,
        class_of: Sequence[int],
        scale: float = 1.0,
    ) -> None:
        super().__init__()
        self.projection = torch.nn.Linear(student_dimension, class_weights.shape[1])
        self.scale = scale
        classes = torch.tensor(class_of)
        columns = torch.nonzero(classes >= 0).squeeze(1)
        self.register_buffer(
            "class_weights", functional.normalize(class_weights, dim=-1), persistent=False
        )
        self.register_buffer("class_of", classes, persistent=False)
        self.register_buffer("known_columns", columns, persistent=False)
        is_one_to_one = len(columns) == len(classes[columns].unique()) == len(class_weights)
        column_of = columns[torch.argsort(classes[columns])] if is_one_to_one else None
        self.is_in_order = is_one_to_one and torch.equal(classes, torch.arange(len(classes)))
        self.register_buffer("column_of", column_of, persistent=False)

    def inputs(
        self, level: str, student: StudentBatch, teacher: torch.Tensor, rows: torch.Tensor | None
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Return what a distance of some level compares, for some rows of the batch.

        Arguments
        ---------
        level: one of :data:`speechdistill.distillation.term.LEVELS`.
        student: of the whole batch.
        teacher: the teacher's embeddings of the whole batch, ``(batch, teacher dimension)``.
        rows: of the samples that have a teacher; None where all have.
        """
        embeddings, teacher = taken(student.embeddings, rows), taken(teacher, rows)
        if level == "relational":
            return embeddings.float(), teacher
        if level == "feature":
            return self.projection(embeddings).float(), teacher
        if level == "proxy":
            return self.projection(embeddings).float(), self.class_weights
        cosines = functional.normalize(teacher, dim=-1) @ self.class_weights.T
        return self.class_logits(taken(student.logits, rows)), self.scale * cosines

    def class_logits(self, logits: torch.Tensor) -> torch.Tensor:
        """Turn the student's logits ``(batch, columns)`` into those of the teacher's classes."""
        if self.is_in_order:
            return logits
        if self.column_of is not None:
            return logits.index_select(1, self.column_of)
        members = logits.index_select(1, self.known_columns)
        classes = self.class_of[self.known_columns].expand(len(members), -1)
        lowest = torch.finfo(logits.dtype).min
        empty = logits.new_full((len(logits), len(self.class_weights)), lowest)
        # The shift keeps the exponentials in range and falls out of the sum of log and shift.
        shift = empty.scatter_reduce(1, classes, members.detach(), "amax")
        total = torch.zeros_like(empty).scatter_add(
            1, classes, (members - shift.gather(1, classes)).exp()
        )
        return total.log() + shift

    def labels(self, labels: torch.Tensor) -> torch.Tensor:
        """Return integers ``(batch,)`` that tell apart what the teacher tells apart.

        A person's class, or, of persons whom the teacher cannot name, a number beyond the classes.
        """
        classes = self.class_of[labels]
        return torch.where(classes >= 0, classes, len(self.class_weights) + labels)
