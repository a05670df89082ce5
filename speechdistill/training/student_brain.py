"""The student: a SpeechBrain speaker model that hears speech and may learn from a teacher."""

import speechbrain as sb
import torch

from speechdistill.distillation.batch import StudentBatch
from speechdistill.distillation.objective import DistillationObjective
from speechdistill.training.encoder import SpeakerEncoder
from speechdistill.training.identity_loss import identity_losses, scaled_logits
from speechdistill.training.speech_data import SpeechBatch
from speechdistill.training.verification_brain import VerificationBrain

STEPS_PER_GRADIENT_NORM = 20


class StudentBrain(VerificationBrain):
    """Train features -> normalisation -> embedding model -> classifier under an objective.

    ``hparams`` are those of SpeechBrain's own speaker recipes; ``modules`` hold besides theirs the
    ``objective`` (:class:`DistillationObjective`).
    """

    @property
    def encoder(self) -> SpeakerEncoder:
        return SpeakerEncoder(
            self.modules.compute_features, self.modules.mean_var_norm, self.modules.embedding_model
        )

    def on_stage_start(self, stage: sb.Stage, epoch: int | None = None) -> None:
        super().on_stage_start(stage, epoch)
        if stage == sb.Stage.TRAIN:
            self.modules.objective.epoch = epoch

    def encode(self, batch: SpeechBatch) -> torch.Tensor:
        return self.encoder(batch.signals)

    def compute_forward(
        self, batch: SpeechBatch, stage: sb.Stage
    ) -> tuple[SpeechBatch, torch.Tensor, torch.Tensor]:
        """Augment, embed and classify; return the augmented batch with both outputs."""
        batch = self._augment(batch.to(self.device))
        self.batch_ids = batch.ids
        embeddings = self.encoder(batch.signals)
        predictions = self.modules.classifier(embeddings.unsqueeze(1))
        return batch, embeddings, predictions

    def compute_objectives(self, predictions, batch: SpeechBatch, stage: sb.Stage) -> torch.Tensor:
        """Return the objective's loss; keep its parts for the log."""
        batch, embeddings, predictions = predictions
        compute_cost = self.hparams.compute_cost
        objective: DistillationObjective = self.modules.objective
        loss, parts = objective(
            identity_losses(compute_cost, predictions, batch.speakers, objective.label_smoothing),
            StudentBatch(
                embeddings,
                scaled_logits(compute_cost, predictions),
                batch.speakers,
                batch.quality,
            ),
            batch.teachers,
            # Once in a while: each costs a pass back through the classifier.
            measure_gradients=self.step % STEPS_PER_GRADIENT_NORM == 1,
        )
        for name, value in parts.items():
            self.parts[name].append(value)
        return loss

    def _augment(self, batch: SpeechBatch) -> SpeechBatch:
        augment = getattr(self.hparams, "wav_augment", None)
        if augment is None:
            return batch
        signals, _ = augment(batch.signals, torch.ones(len(batch.signals), device=self.device))
        rows = augment.replicate_labels(torch.arange(len(batch.signals), device=self.device))
        return batch.augmented(signals, rows)
