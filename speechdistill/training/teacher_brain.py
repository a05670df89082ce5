"""The teacher: learns who is who, or what is whose."""

import speechbrain as sb
import torch

from speechdistill.identity.aam_logits import advance
from speechdistill.identity.identity_loss import identity_losses
from speechdistill.training.encoder_brain import EncoderBrain
from speechdistill.training.inputs_data import InputBatch


class TeacherBrain(EncoderBrain):
    """Train embedding model -> classifier on the labels.

    ``hparams`` hold ``embedding_model``, ``classifier`` and ``compute_cost``, maybe
    ``input_augment``, and what every EncoderBrain needs.
    """

    def encode(self, batch: InputBatch) -> torch.Tensor:
        return self.modules.embedding_model(batch.inputs)

    def compute_forward(self, batch: InputBatch, stage: sb.Stage) -> torch.Tensor:
        """Augment, embed and classify: ``(batch, 1, labels)``."""
        batch = batch.to(self.device)
        self.batch_ids = batch.ids
        augment = getattr(self.hparams, "input_augment", None)
        inputs = batch.inputs if augment is None else augment(batch.inputs)
        return self.modules.classifier(self.modules.embedding_model(inputs).unsqueeze(1))

    def compute_objectives(self, predictions, batch: InputBatch, stage: sb.Stage) -> torch.Tensor:
        """Return the mean identity loss."""
        labels = batch.labels.to(self.device)
        for name, value in advance(self.hparams.compute_cost, self.epochs_done).items():
            self.parts[name].append(torch.tensor(value))
        return identity_losses(self.hparams.compute_cost, predictions, labels).mean()
