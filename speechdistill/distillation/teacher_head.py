"""What ties a student to one teacher: the projections, and the teacher's frozen classifier."""

from collections.abc import Sequence

import torch
from torch.nn import functional

from speechdistill.base.errors import InputError
from speechdistill.distillation.batch import StudentBatch, taken
from speechdistill.distillation.residual_bottleneck import ResidualBottleneck

PROJECTIONS = ("student", "teacher", "both", "none")


class TeacherHead(torch.nn.Module):
    """Bring what a student says, or what one teacher does, to where a distance can compare them.

    With ``s``, ``t`` and ``c`` the student's embedding, the teacher's and the teacher's class
    weights, P the student's projection (linear, to the teacher's width) and H the teacher's
    (:class:`~speechdistill.distillation.residual_bottleneck.ResidualBottleneck`, to the student's
    width unless P is there):

    ========== ============ ============== ============ ============ ==========================
    projection feature      relational     proxy        classifier   widths
    ========== ============ ============== ============ ============ ==========================
    student    P(s), t      s, t           P(s), c      logits       any
    teacher    s, H(t)      s, H(t)        s, H(c)      logits       any
    both       P(s), H(t)   s, H(t)        P(s), H(c)   logits       any
    none       s, t         s, t           s, c         logits       the same
    ========== ============ ============== ============ ============ ==========================

    The logits are the student's, by class of the teacher's, and ``scale cos(t, c)``: a teacher's
    judgement does not pass through a head, which would learn to be as unsure as the student.

    P and H are trained, t and c are frozen. Were all of a batch one point, a constraint would be
    met, too. The identity loss keeps it from that where it holds one of the two sides apart: it
    does s, so H may not collapse against s. Nothing holds P(s) and H(t) apart: ``both`` can
    collapse.

    A teacher's class may hold several of the student's: persons who share a description are one to
    a teacher of texts. The student's posterior of such a class is the sum of its persons'.

    Arguments
    ---------
    student_dimension: width of the student's embedding.
    class_weights: ``(classes, teacher dimension)``: the teacher's frozen class weights.
    class_of: for each column of the student's logits its row in ``class_weights``; -1 for a person
        whom the teacher cannot name.
    scale: what the teacher's cosines are multiplied by to give its logits.
    projection: whose embeddings are projected: one of :data:`PROJECTIONS`.
    bottleneck: width of the teacher's projection; a quarter of the teacher's if None.

    Raises
    ------
    InputError: another projection; widths that differ, with none.

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
        projection: str = "student",
        bottleneck: int | None = None,
    ) -> None:
        super().__init__()
        teacher_dimension = class_weights.shape[1]
        if checked_projection(projection) == "none" and student_dimension != teacher_dimension:
            raise InputError(
                f"without a projection, a student of width {student_dimension} does not fit a "
                f"teacher of width {teacher_dimension}: take projection student, teacher or both"
            )
        self.projected_side = projection
        self.projection: torch.nn.Module = torch.nn.Identity()
        if projection in ("student", "both"):
            self.projection = torch.nn.Linear(student_dimension, teacher_dimension)
        self.teacher_projection: torch.nn.Module = torch.nn.Identity()
        if projection in ("teacher", "both"):
            width = student_dimension if projection == "teacher" else teacher_dimension
            self.teacher_projection = ResidualBottleneck(teacher_dimension, bottleneck, width)
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
            return embeddings.float(), self.teacher_projection(teacher)
        if level == "feature":
            return self.projection(embeddings).float(), self.teacher_projection(teacher)
        if level == "proxy":
            proxies = self.teacher_projection(self.class_weights)
            return self.projection(embeddings).float(), proxies
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


def checked_projection(projection: str) -> str:
    """Return ``projection``; raise an InputError if it is none of :data:`PROJECTIONS`."""
    if projection not in PROJECTIONS:
        raise InputError(f"unknown projection {projection}: take one of {', '.join(PROJECTIONS)}")
    return projection
