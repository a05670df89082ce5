"""What student and teacher training share: selection on dev, clean resumption, no silent NaN."""

import logging
import zlib
from collections import defaultdict
from pathlib import Path

import numpy as np
import speechbrain as sb
import torch
from speechbrain.nnet.schedulers import update_learning_rate
from speechbrain.utils.seed import seed_everything
from tqdm import tqdm
from tqdm.contrib.logging import logging_redirect_tqdm

from speechdistill.checkpoint_averaging import CheckpointAveraging
from speechdistill.checkpoints import WHOLE, remove_half_written
from speechdistill.errors import InputError
from speechdistill.files import written_whole
from speechdistill.keyed_vectors import KeyedVectors
from speechdistill.training.early_stopping import epochs_while_improving
from speechdistill.training.training_log import TrainingLog
from speechdistill.training.validation import Validation

logger = logging.getLogger(__name__)


class EncoderBrain(sb.Brain):
    """A Brain whose model is an encoder: its error on dev selects it.

    Subclasses give ``compute_forward``, ``compute_objectives`` (training only; it stores what the
    log shows in ``self.parts``) and ``encode(batch)``, the embeddings of a validation batch;
    ``modules`` hold the ``classifier``. Every ``hparams.valid_interval``-th epoch and the last are
    validated, logged and kept (every one if the YAML has no such key). Training ends early after
    ``hparams.patience`` validations without a lower dev error, if there is one. Epochs draw their
    randomness from the seed and their number alone, so that a run that was killed and goes on from
    its last checkpoint ends where an uninterrupted one does.

    Attributes
    ----------
    validation: judges the embeddings of the validation set; its error on ``dev`` selects.
    parts: name -> list of batch values, logged as their mean over the epoch.
    """

    validation: Validation

    def encode(self, batch) -> torch.Tensor:
        """Return the embeddings ``(batch, dimension)`` of a validation batch."""
        raise NotImplementedError

    @property
    def epochs_done(self) -> float:
        """How far training was before this step, in epochs."""
        return self.epoch - 1 + (self.step - 1) / self.steps_per_epoch

    def train(self, train_loader, valid_loader, validation: Validation) -> None:
        """Fit for the epochs of ``hparams.epoch_counter`` behind one bar with the time left."""
        self.validation = validation
        self.train_dataset = train_loader.dataset
        self.train_sampler = train_loader.sampler
        self.averaging = CheckpointAveraging.of(vars(self.hparams))
        counter = self.hparams.epoch_counter
        with (
            logging_redirect_tqdm(),
            tqdm(total=counter.limit * len(train_loader), unit="step", dynamic_ncols=True) as bar,
        ):
            self.bar, self.steps_per_epoch = bar, len(train_loader)
            self.log = TrainingLog(Path(self.checkpointer.checkpoints_dir).parent)
            epochs = epochs_while_improving(
                *(counter, self.log, f"dev_{validation.measure}"),
                getattr(self.hparams, "patience", 0),
            )
            self.fit(epochs, train_loader, valid_loader, progressbar=False)

    def on_fit_start(self) -> None:
        remove_half_written(self.checkpointer)
        super().on_fit_start()
        epochs_done = self.hparams.epoch_counter.current
        self.bar.update(epochs_done * self.steps_per_epoch - self.bar.n)
        if epochs_done:
            logger.info("going on after epoch %d", epochs_done)

    def on_stage_start(self, stage: sb.Stage, epoch: int | None = None) -> None:
        if stage == sb.Stage.TRAIN:
            seed_everything(zlib.crc32(f"{self.hparams.seed} {epoch}".encode()), verbose=False)
            assert epoch is not None
            self.epoch = self.train_dataset.epoch = epoch
            self.parts: dict[str, list[torch.Tensor]] = defaultdict(list)
        else:
            self.valid_embeddings: dict[str, np.ndarray] = {}

    def check_loss_isfinite(self, loss: torch.Tensor) -> None:
        """Stop at the first loss that is not finite; name the batch in a file."""
        if not torch.isfinite(loss):
            path = Path(self.checkpointer.checkpoints_dir).parent / "nonfinite_batch.txt"
            with written_whole(path) as partial:
                partial.write_text("".join(f"{name}\n" for name in self.batch_ids))
            raise InputError(
                f"the loss is {loss.item()} at epoch {self.epoch}, step {self.step}: look at the "
                f"batch listed in {path}, or lower the learning rate (--lr)"
            )

    def on_fit_batch_end(self, batch, outputs, loss, should_step) -> None:
        if should_step and hasattr(self.hparams.lr_annealing, "on_batch_end"):
            self.hparams.lr_annealing.on_batch_end(self.optimizer)
        self.bar.update()
        self.bar.set_postfix(epoch=self.epoch, loss=f"{self.avg_train_loss:.3f}", refresh=False)

    def _fit_valid(self, valid_set, epoch: int, enable: bool) -> None:
        interval = getattr(self.hparams, "valid_interval", 1)
        if epoch % interval == 0 or epoch == self.hparams.epoch_counter.limit:
            super()._fit_valid(valid_set, epoch, enable)

    def evaluate_batch(self, batch, stage: sb.Stage) -> torch.Tensor:
        """Embed a validation batch; there is no loss, as its speakers are not among the classes."""
        embeddings = self.encode(batch.to(self.device)).float().cpu().numpy()
        self.valid_embeddings.update(zip(batch.ids, embeddings, strict=True))
        return torch.zeros(())

    def on_stage_end(self, stage: sb.Stage, stage_loss: float, epoch: int | None = None) -> None:
        if stage == sb.Stage.TRAIN:
            self.train_stats = {"loss": stage_loss} | {
                name: torch.stack(values).mean().item() for name, values in self.parts.items()
            }
            self.lr, new_lr = self.hparams.lr_annealing(epoch)
            update_learning_rate(self.optimizer, new_lr)
            return
        assert epoch is not None
        errors = self._errors()
        measure = self.validation.measure
        self.log.write(
            epoch,
            {"lr": self.lr}
            | {f"{name}_{measure}": value for name, value in errors.items()}
            | self.train_stats,
        )
        self.hparams.train_logger.log_stats(
            {"epoch": epoch, "lr": self.lr},
            self.train_stats,
            valid_stats={f"{name} {measure} %": 100 * value for name, value in errors.items()},
        )
        logger.info(
            "epoch %d: loss %.3f%s",
            *(epoch, self.train_stats["loss"]),
            f", dev {measure} {100 * errors['dev']:.2f} %" if "dev" in errors else "",
        )
        meta = {"epoch": epoch} | ({"error": errors["dev"]} if "dev" in errors else {})
        checkpoint = self.checkpointer.save_checkpoint(meta, verbosity=logging.DEBUG)
        (checkpoint.path / WHOLE).touch()
        self.averaging.delete_others(self.checkpointer)

    @torch.no_grad()
    def _errors(self) -> dict[str, float]:
        if not self.valid_embeddings:
            return {}
        embeddings = KeyedVectors(
            list(self.valid_embeddings), np.stack(list(self.valid_embeddings.values()))
        )
        return self.validation.errors(embeddings, self._classify)

    def _classify(self, embeddings: torch.Tensor) -> torch.Tensor:
        scores = self.modules.classifier(embeddings.to(self.device).unsqueeze(1))
        return scores.squeeze(1).cpu()
