"""The objective: what the student learns from labels, and what from the teacher."""

from collections.abc import Callable, Mapping, Sequence

import torch

from speechdistill.distillation.batch import StudentBatch, TeacherBatch, taken
from speechdistill.distillation.teacher_head import TeacherHead, checked_projection
from speechdistill.distillation.term import Term, View
from speechdistill.distillation.weights import effective_sample_size

QualityWeight = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


class DistillationObjective(torch.nn.Module):
    """Combine the identity loss with soft constraints towards one or several teachers.

    ``loss = mean_i [ w_id_i L_id_i + w_kd_i sum_k l_k soft_k(student, teacher)_i ]`` where ``k``
    runs over the terms; a sample without teacher has only its identity loss. Without terms and
    weights it is the mean identity loss: the baseline.

    Arguments
    ---------
    terms: name -> :class:`Term`.
    identity_weight: ``(q_student, q_teacher) -> w_id``, or None for ones.
    distillation_weight: ``(q_student, q_teacher) -> w_kd``, or None for ones; with the quality of
        what the term is shown.
    label_smoothing: of the identity loss, in [0, 1): the share of the label spread evenly over
        all labels (Szegedy et al., "Rethinking the Inception Architecture", CVPR 2016,
        section 7).
    lone_identity: >= 0, what the identity loss counts of a video that is a class of its own,
        since nobody knows who speaks in it (:meth:`weigh_lone`).
    projection: whose embeddings are projected before they are compared: ``student``, ``teacher``,
        ``both`` or ``none``; see :class:`speechdistill.distillation.teacher_head.TeacherHead`.
    bottleneck: width of the teacher's projection; a quarter of the teacher's if None.

    Raises
    ------
    InputError: another projection.

    Attributes
    ----------
    identity_of: ``(classes,)``: what the identity loss of each counts; None where it is 1 for all.

    Example
    -------
    >>> from speechdistill.distillation.distances import CosineDistance
    >>> term = Term(CosineDistance(), weight=1.0, margin=0.4)
    >>> objective = DistillationObjective({"feature": term})
    >>> objective.connect("teacher", TeacherHead(2, torch.eye(3), class_of=[0, 1, 2]))
    >>> student = StudentBatch(
    ...     torch.eye(2), logits=torch.zeros(2, 3), labels=torch.arange(2), quality=torch.ones(2)
    ... )
    >>> teacher = TeacherBatch(
    ...     torch.ones(2, 1, 3), quality=torch.ones(2), present=torch.tensor([True, False])
    ... )
    >>> loss, parts = objective(torch.tensor([1.0, 3.0]), student, {term.view: teacher})
    >>> sorted(parts)
    ['feature', 'feature_active', 'feature_effective_sample_size', 'identity']
    """

    identity_of: torch.Tensor | None

    def __init__(
        self,
        terms: Mapping[str, Term] | None = None,
        identity_weight: QualityWeight | None = None,
        distillation_weight: QualityWeight | None = None,
        label_smoothing: float = 0.0,
        lone_identity: float = 1.0,
        projection: str = "student",
        bottleneck: int | None = None,
    ) -> None:
        super().__init__()
        self.terms: Mapping[str, Term] = dict(terms or {})
        self.registered_terms = torch.nn.ModuleDict(self.terms)
        self.heads: Mapping[str, TeacherHead] = {}
        self.registered_heads = torch.nn.ModuleDict()
        self.identity_weight = identity_weight
        self.distillation_weight = distillation_weight
        self.label_smoothing = label_smoothing
        if not lone_identity >= 0:
            raise ValueError(f"lone_identity {lone_identity}: give 0 or more")
        self.lone_identity = lone_identity
        self.register_buffer("identity_of", None, persistent=False)
        self.projection = checked_projection(projection)
        self.bottleneck = bottleneck
        self.epoch = 1

    @property
    def needs_teacher(self) -> bool:
        return len(self.terms) > 0

    @property
    def views(self) -> list[View]:
        """The views of teachers that the terms need, each once."""
        return list(dict.fromkeys(term.view for term in self.terms.values()))

    def connect(self, teacher: str, head: TeacherHead) -> None:
        """Tie the terms of a teacher, named as they name it, to that teacher.

        The head's parameters become the objective's: the optimizer's and the checkpoint's.
        """
        if head.projected_side != self.projection:
            raise ValueError(
                f"a head of projection {head.projected_side} for an objective of projection "
                f"{self.projection}"
            )
        self.heads = {**self.heads, teacher: head}
        self.registered_heads[teacher] = head

    def weigh_lone(self, is_lone: Sequence[bool]) -> None:
        """Say of each column of the logits whether its class is a video alone."""
        self.identity_of = torch.where(torch.tensor(is_lone), self.lone_identity, 1.0)

    def forward(
        self,
        identity_loss: torch.Tensor,
        student: StudentBatch,
        teachers: Mapping[View, TeacherBatch] | None = None,
        measure_gradients: bool = False,
    ) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
        """Return the batch's loss and its named parts (detached) for the log.

        Parts are, per term, its mean over the samples with a teacher, the share of these beyond
        the margin (``_active``) and, where ``measure_gradients``, the L2 norm over the batch of
        the gradient that the weighted term sends to the student's embeddings (``_gradient``), and
        the effective sample size of its weights (``_effective_sample_size``).

        Arguments
        ---------
        identity_loss: ``(batch,)``, the classification loss of every sample.
        student: the student's embeddings, logits, labels and quality.
        teachers: for each of ``views`` what the teacher shows; needed if there are terms.
        measure_gradients: costs one more pass back to the embeddings per term.
        """
        ones = torch.ones_like(identity_loss)
        teachers = teachers or {}
        # Nearly always all have a teacher: each small step counts beside a small student.
        have_all = {view: bool(teacher.present.all()) for view, teacher in teachers.items()}
        qualities = {
            view: teacher.quality if have_all[view] else _known_quality(teacher)
            for view, teacher in teachers.items()
        }
        first = next(iter(qualities.values()), None)
        identity_weight = _weigh(self.identity_weight, student, first, ones)
        if self.identity_of is not None:
            identity_weight = identity_weight * self.identity_of[student.labels]
        losses = {"identity": (identity_weight * identity_loss).mean()}
        parts = {"identity": identity_loss.detach().mean()}
        weights = {
            view: _weigh(self.distillation_weight, student, quality, ones)
            for view, quality in qualities.items()
        }
        counts = {
            view: len(ones) if have_all[view] else teacher.present.sum().clamp(min=1)
            for view, teacher in teachers.items()
        }
        sample_sizes = {
            view: effective_sample_size(
                weights[view] if have_all[view] else weights[view] * teacher.present
            )
            for view, teacher in teachers.items()
        }
        for name, term in self.terms.items():
            view = term.view
            if view not in teachers:
                raise ValueError(f"the term {name} needs the teacher's view {view}")
            value = self._value(term, student, teachers[view], have_all[view])
            losses[name] = term.weight * (weights[view] * value).mean()
            parts[name] = value.detach().sum() / counts[view]
            parts[f"{name}_active"] = (value > 0).sum() / counts[view]
            parts[f"{name}_effective_sample_size"] = sample_sizes[view]
        if measure_gradients:
            for name, loss in losses.items():
                parts[f"{name}_gradient"] = _gradient_norm(loss, student.embeddings)
        return torch.stack(list(losses.values())).sum(), parts

    def _value(
        self, term: Term, student: StudentBatch, teacher: TeacherBatch, have_all: bool
    ) -> torch.Tensor:
        """Return the term's ``(batch,)`` values: means over images, zeros without teacher."""
        head = self.heads[term.view.teacher]
        labels = head.labels(student.labels) if term.uses_labels else student.labels
        is_seen = teacher.present
        if term.uses_labels and term.level in ("classifier", "proxy"):
            is_known = labels < len(head.class_weights)
            is_seen, have_all = is_seen & is_known, have_all and bool(is_known.all())
        nothing = torch.zeros_like(student.quality)
        chosen = None if have_all else torch.nonzero(is_seen).squeeze(1)
        if chosen is not None and len(chosen) == 0:
            return nothing
        values = []
        for embeddings in teacher.embeddings.unbind(1):
            inputs: tuple[torch.Tensor, ...] = head.inputs(term.level, student, embeddings, chosen)
            if term.uses_labels:
                inputs = (*inputs, taken(labels, chosen))
            values.append(term.constraint(*inputs, epoch=self.epoch).to(nothing.dtype))
        mean = values[0] if len(values) == 1 else sum(value / len(values) for value in values)
        return mean if chosen is None else nothing.index_add(0, chosen, mean)


def _known_quality(teacher: TeacherBatch) -> torch.Tensor:
    return teacher.quality.masked_fill(~teacher.present, torch.nan)


def _weigh(
    weigh: QualityWeight | None,
    student: StudentBatch,
    teacher_quality: torch.Tensor | None,
    ones: torch.Tensor,
) -> torch.Tensor:
    if weigh is None:
        return ones
    if teacher_quality is None:
        teacher_quality = torch.full_like(student.quality, torch.nan)
    return weigh(student.quality, teacher_quality)


def _gradient_norm(loss: torch.Tensor, embeddings: torch.Tensor) -> torch.Tensor:
    if not loss.requires_grad:  # a batch where nobody has a teacher
        return torch.zeros_like(loss)
    gradient = torch.autograd.grad(loss, embeddings, retain_graph=True, allow_unused=True)[0]
    return torch.zeros_like(loss) if gradient is None else gradient.detach().norm().to(loss.dtype)
