"""What student and teacher training share: selection on dev, clean resumption, no silent NaN."""

import logging
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import speechbrain as sb
import torch
from speechbrain.nnet.schedulers import update_learning_rate
from speechbrain.utils.seed import seed_everything
from torch.nn.parallel import DistributedDataParallel
from tqdm import tqdm
from tqdm.contrib.logging import logging_redirect_tqdm

from speechdistill.base.errors import InputError
from speechdistill.distributed.batch_norm import synchronise_batch_norms
from speechdistill.distributed.processes import (
    gather_objects,
    is_main,
    main_first,
    rank,
    world_size,
)
from speechdistill.models.checkpoint_averaging import CheckpointAveraging
from speechdistill.models.checkpoints import (
    check_checkpoints,
    delete_checkpoints,
    remove_unfinished,
    save_checkpoint,
)
from speechdistill.storage.disk_errors import storage_errors_named
from speechdistill.storage.files import write_text_whole, written_whole
from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.training.compilation import compiled
from speechdistill.training.early_stopping import epochs_while_improving
from speechdistill.training.epoch_means import EpochMeans
from speechdistill.training.inputs_data import InputBatch
from speechdistill.training.training_log import TrainingLog
from speechdistill.training.validation import Validation

logger = logging.getLogger(__name__)


class EncoderBrain(sb.Brain):
    """A Brain whose model is an encoder: its error on dev selects it.

    Subclasses give ``encoder``, ``compute_forward`` and ``compute_objectives`` (training only; the
    figures for the log go to ``self.means``, the batch as the encoder gets it to ``self.batch``);
    ``modules`` hold the ``classifier``. Every ``hparams.valid_interval``-th epoch and the last are
    validated, logged and kept (every one if the YAML has no such key). Training ends early after
    ``hparams.patience`` validations without a lower dev error, if there is one. Within an epoch
    ``hparams.ckpt_interval_minutes`` or ``ckpt_interval_steps`` keep a checkpoint, as in
    SpeechBrain. With ``hparams.compile`` the encoder is compiled for training. A step samples its
    randomness from the seed, the epoch and its number alone, so that a run that was killed and
    goes on from its last checkpoint ends where an uninterrupted one does.

    Of several processes each encodes its share of a batch by ``encode``; ``gathered_rows`` join
    the embeddings, from which all compute the same loss.

    Attributes
    ----------
    validation: judges the embeddings of the validation set; its error on ``dev`` selects.
    batch: of this step.
    means: of what the log shows of an epoch.
    """

    validation: Validation
    batch: InputBatch

    @property
    def encoder(self) -> torch.nn.Module:
        """Inputs ``(batch, ...)`` to embeddings ``(batch, dimension)``."""
        raise NotImplementedError

    def encode(self, inputs: torch.Tensor) -> torch.Tensor:
        """Embed inputs in training, so that the processes share the encoder's gradients."""
        return self.parallel_encoder(inputs)

    @property
    def epochs_done(self) -> float:
        """How far training was before this step, in epochs."""
        return self.epoch - 1 + (self.step - 1) / self.steps_per_epoch

    def train(self, train_loader, valid_loader, validation: Validation) -> None:
        """Fit for the epochs of ``hparams.epoch_counter`` behind one bar with the time left."""
        self.validation = validation
        self.averaging = CheckpointAveraging.of(vars(self.hparams))
        counter = self.hparams.epoch_counter
        with (
            logging_redirect_tqdm(),
            tqdm(
                total=counter.limit * len(train_loader),
                unit="step",
                dynamic_ncols=True,
                disable=not is_main(),
            ) as bar,
        ):
            self.begin(train_loader, bar)
            self.checkpointer.add_recoverable("means", self.means)
            self.log = TrainingLog(Path(self.checkpointer.checkpoints_dir).parent)
            epochs = epochs_while_improving(
                *(counter, self.log, f"dev_{validation.measure}"),
                getattr(self.hparams, "patience", 0),
            )
            self.fit(epochs, train_loader, valid_loader, progressbar=False)

    def begin(self, train_loader, bar: tqdm) -> None:
        """Take what steps need: the loader of the training set and the bar that counts them."""
        self.modules.to(memory_format=torch.channels_last)  # faster 2-D convolutions
        self.train_dataset = train_loader.dataset
        self.batch_sampler = train_loader.batch_sampler
        self.bar, self.steps_per_epoch = bar, len(train_loader)
        self.means = EpochMeans()
        self.dev_figure: dict[str, str] = {}

    def on_fit_start(self) -> None:
        remove_unfinished(self.checkpointer)
        check_checkpoints(self.checkpointer)
        super().on_fit_start()
        # A checkpoint within an epoch counts the epochs before it.
        steps_done = self.hparams.epoch_counter.current * self.steps_per_epoch + self.step
        self.bar.update(steps_done - self.bar.n)
        if steps_done:
            epoch, step = divmod(steps_done, self.steps_per_epoch)
            logger.info("going on after epoch %d%s", epoch, f", step {step}" if step else "")

    def _wrap_distributed(self) -> None:
        self.parallel_encoder: Callable[[torch.Tensor], torch.Tensor] = self.encoder
        if world_size() > 1:
            self.parallel_encoder = DistributedDataParallel(
                synchronise_batch_norms(self.encoder, self.device),
                device_ids=None if self.device == "cpu" else [self.device],
            )
        if getattr(self.hparams, "compile", False):
            self.parallel_encoder = compiled(self.parallel_encoder)

    def optimizers_step(self) -> None:
        if world_size() > 1:
            self._average_other_gradients()
        super().optimizers_step()

    def _average_other_gradients(self) -> None:
        """Average the gradients outside the encoder: equal but for the order of GPUs' sums."""
        encoder = {id(weight) for weight in self.encoder.parameters()}
        for weight in self.modules.parameters():
            if id(weight) not in encoder and weight.grad is not None:
                torch.distributed.all_reduce(weight.grad)
                weight.grad /= world_size()

    def on_stage_start(self, stage: sb.Stage, epoch: int | None = None) -> None:
        if stage == sb.Stage.TRAIN:
            assert epoch is not None
            self.epoch = self.train_dataset.epoch = epoch
            self.batch_sampler.set_epoch(epoch)
            self.batch_sampler.start_at(self.step)
            if self.step == 0:
                self.means.clear()
        else:
            self.valid_embeddings: dict[str, np.ndarray] = {}

    def on_fit_batch_start(self, batch, should_step) -> None:
        name = f"{self.hparams.seed} {self.epoch} {self.step} {rank()}"
        seed_everything(zlib.crc32(name.encode()), verbose=False)

    def check_loss_isfinite(self, loss: torch.Tensor) -> None:
        """Stop at the first loss that is not finite; save the batch and list what it is made of."""
        if torch.isfinite(loss):
            return
        path = Path(self.checkpointer.checkpoints_dir).parent / "nonfinite_batch.txt"
        _save_batch(self.batch, path)
        raise InputError(
            f"the loss is {loss.item()} at epoch {self.epoch}, step {self.step}: look at the "
            f"batch listed in {path} and saved beside it, or lower the learning rate (--lr)"
        )

    def on_fit_batch_end(self, batch, outputs, loss, should_step) -> None:
        if should_step and hasattr(self.hparams.lr_annealing, "on_batch_end"):
            self.hparams.lr_annealing.on_batch_end(self.optimizer)
        self.bar.update()
        figures = {"epoch": self.epoch, "loss": f"{self.avg_train_loss:.3f}", **self.dev_figure}
        self.bar.set_postfix(figures, refresh=False)

    def _fit_valid(self, valid_set, epoch: int, enable: bool) -> None:
        interval = getattr(self.hparams, "valid_interval", 1)
        if epoch % interval == 0 or epoch == self.hparams.epoch_counter.limit:
            super()._fit_valid(valid_set, epoch, enable)

    def evaluate_batch(self, batch, stage: sb.Stage) -> torch.Tensor:
        """Embed a validation batch; there is no loss, as its people are not among the classes."""
        embeddings = self.encoder(batch.to(self.device).inputs).float().cpu().numpy()
        self.valid_embeddings.update(zip(batch.ids, embeddings, strict=True))
        return torch.zeros(())

    def on_stage_end(self, stage: sb.Stage, stage_loss: float, epoch: int | None = None) -> None:
        if stage == sb.Stage.TRAIN:
            self.train_stats = {"loss": stage_loss} | self.means.values()
            self.lr, new_lr = self.hparams.lr_annealing(epoch)
            update_learning_rate(self.optimizer, new_lr)
            return
        assert epoch is not None
        for embeddings in gather_objects(self.valid_embeddings):
            self.valid_embeddings.update(embeddings)
        errors = self._errors()
        if "dev" in errors:
            self.dev_figure = {f"dev_{self.validation.measure}": f"{100 * errors['dev']:.2f} %"}
        self._write_down(epoch, errors)
        self._keep({"epoch": epoch} | ({"error": errors["dev"]} if "dev" in errors else {}))

    def _write_down(self, epoch: int, errors: dict[str, float]) -> None:
        measure = self.validation.measure
        if is_main():
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

    def _save_intra_epoch_ckpt(self) -> None:
        self._keep({"epoch": self.epoch}, end_of_epoch=False)

    def _keep(self, meta: dict, end_of_epoch: bool = True) -> None:
        """Save a checkpoint; of those within epochs the latest stays, until its epoch ends."""
        with storage_errors_named(self.checkpointer.checkpoints_dir):
            save_checkpoint(self.checkpointer, meta, end_of_epoch)
        with main_first():
            if is_main():
                self._delete_superseded(end_of_epoch)

    def _delete_superseded(self, end_of_epoch: bool) -> None:
        within_epochs = self.checkpointer.find_checkpoints(
            ckpt_predicate=lambda checkpoint: not checkpoint.meta["end-of-epoch"]
        )
        delete_checkpoints(within_epochs[0 if end_of_epoch else 1 :])
        if end_of_epoch:
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


def _save_batch(batch: InputBatch, path: Path) -> None:
    """List the ids of all processes' batches, one per line, and save their tensors beside it."""
    shares = gather_objects((batch.ids, batch.inputs.cpu(), batch.labels.cpu()))
    ids = [name for share in shares for name in share[0]]
    inputs = torch.cat([share[1] for share in shares])
    labels = torch.cat([share[2] for share in shares])
    if is_main():
        write_text_whole(path, "".join(f"{name}\n" for name in ids))
        with written_whole(path.with_suffix(".pt")) as partial:
            torch.save({"ids": ids, "inputs": inputs, "labels": labels}, partial)
