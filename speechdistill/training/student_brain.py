"""The student: learns who is who, and may learn from teachers."""

from functools import partial

import speechbrain as sb
import torch

from speechdistill.base.one_thread import by_one_thread
from speechdistill.distillation.batch import StudentBatch
from speechdistill.distillation.objective import DistillationObjective
from speechdistill.distributed.gathered_rows import gathered_rows
from speechdistill.identity.aam_logits import advance
from speechdistill.identity.identity_loss import identity_losses, scaled_logits
from speechdistill.students.student import Student
from speechdistill.training.encoder_brain import EncoderBrain
from speechdistill.training.inputs_data import InputBatch

STEPS_PER_GRADIENT_NORM = 20
# Up to so many logits, sharing out the loss among threads that sleep costs more than it gains, and
# beside another job, which keeps them waiting, several times the loss.
LOGITS_OF_ONE_THREAD = 2**16


class StudentBrain(EncoderBrain):
    """Train encoder -> classifier under an objective.

    ``hparams`` are those of SpeechBrain's own speaker recipes; ``modules`` hold besides theirs the
    ``objective`` (:class:`DistillationObjective`).

    Attributes
    ----------
    student: made of the same modules.
    """

    student: Student

    def on_stage_start(self, stage: sb.Stage, epoch: int | None = None) -> None:
        super().on_stage_start(stage, epoch)
        if stage == sb.Stage.TRAIN:
            self.modules.objective.epoch = epoch
            self.student.augment.start_epoch()

    @property
    def encoder(self) -> torch.nn.Module:
        return self.student.encoder

    def compute_forward(
        self, batch: InputBatch, stage: sb.Stage
    ) -> tuple[InputBatch, torch.Tensor, torch.Tensor]:
        """Augment, embed and classify; return the whole batch, augmented, with both outputs."""
        batch = batch.to(self.device)
        self.batch = batch = batch.augmented(*self.student.augment(batch.inputs))
        embeddings = gathered_rows(self.encode(batch.inputs))
        batch = batch.gathered()
        predictions = self.modules.classifier(embeddings.unsqueeze(1))
        return batch, embeddings, predictions

    def compute_objectives(self, predictions, batch: InputBatch, stage: sb.Stage) -> torch.Tensor:
        """Return the objective's loss; keep its parts for the log."""
        batch, embeddings, logits = predictions
        loss = partial(self._loss, batch)
        if logits.numel() <= LOGITS_OF_ONE_THREAD:
            return by_one_thread(loss, embeddings, logits)
        return loss(embeddings, logits)

    def _loss(
        self, batch: InputBatch, embeddings: torch.Tensor, predictions: torch.Tensor
    ) -> torch.Tensor:
        compute_cost = self.hparams.compute_cost
        margins = advance(compute_cost, self.epochs_done)
        objective: DistillationObjective = self.modules.objective
        loss, parts = objective(
            identity_losses(compute_cost, predictions, batch.labels, objective.label_smoothing),
            StudentBatch(
                embeddings,
                scaled_logits(compute_cost, predictions),
                batch.labels,
                batch.quality,
            ),
            batch.teachers,
            # Once in a while: each costs a pass back through the classifier.
            measure_gradients=self.step % STEPS_PER_GRADIENT_NORM == 1,
        )
        self.means.add(parts | {name: torch.tensor(value) for name, value in margins.items()})
        return loss
