"""The face teacher: learns who is seen."""

import speechbrain as sb
import torch

from speechdistill.teachers.face_data import FaceBatch
from speechdistill.training.identity_loss import identity_losses
from speechdistill.training.verification_brain import VerificationBrain


class FaceTeacherBrain(VerificationBrain):
    """Train image model -> classifier on the person's identity.

    ``hparams`` hold ``image_augment``, ``image_model``, ``classifier`` and ``compute_cost``, and
    what every VerificationBrain needs.
    """

    def encode(self, batch: FaceBatch) -> torch.Tensor:
        return self.modules.image_model(batch.images)

    def compute_forward(self, batch: FaceBatch, stage: sb.Stage) -> torch.Tensor:
        """Augment, embed and classify: ``(batch, 1, persons)``."""
        batch = batch.to(self.device)
        self.batch_ids = batch.ids
        embeddings = self.modules.image_model(self.hparams.image_augment(batch.images))
        return self.modules.classifier(embeddings.unsqueeze(1))

    def compute_objectives(self, predictions, batch: FaceBatch, stage: sb.Stage) -> torch.Tensor:
        """Return the mean identity loss."""
        speakers = batch.speakers.to(self.device)
        return identity_losses(self.hparams.compute_cost, predictions, speakers).mean()
