"""The teacher: learns who is who, or what is whose."""

from dataclasses import replace

import speechbrain as sb
import torch

from speechdistill.distributed.gathered_rows import gathered_rows
from speechdistill.identity.aam_logits import advance
from speechdistill.identity.identity_loss import identity_losses
from speechdistill.training.encoder_brain import EncoderBrain
from speechdistill.training.inputs_data import InputBatch


class TeacherBrain(EncoderBrain):
    """Train embedding model -> classifier on the labels.

    ``hparams`` hold ``embedding_model``, ``classifier`` and ``compute_cost``, maybe
    ``input_augment``, and what every EncoderBrain needs.
    """

    @property
    def encoder(self) -> torch.nn.Module:
        return self.modules.embedding_model

    def compute_forward(self, batch: InputBatch, stage: sb.Stage) -> torch.Tensor:
        """Augment, embed and classify the whole batch: ``(batch, 1, labels)``."""
        self.batch = batch.to(self.device)
        if (augment := getattr(self.hparams, "input_augment", None)) is not None:
            self.batch = replace(self.batch, inputs=augment(self.batch.inputs))
        return self.modules.classifier(gathered_rows(self.encode(self.batch.inputs)).unsqueeze(1))

    def compute_objectives(self, predictions, batch: InputBatch, stage: sb.Stage) -> torch.Tensor:
        """Return the mean identity loss."""
        labels = gathered_rows(batch.labels.to(self.device))
        margins = advance(self.hparams.compute_cost, self.epochs_done)
        self.means.add({name: torch.tensor(value) for name, value in margins.items()})
        return identity_losses(self.hparams.compute_cost, predictions, labels).mean()
