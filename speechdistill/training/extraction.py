"""Embeddings of whole utterances from a trained student."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from lhotse.cut import MonoCut
from speechbrain.utils.checkpoints import Checkpoint
from speechbrain.utils.distributed import infer_device
from tqdm import tqdm

from speechdistill.corpora.conditions.catalogue import CLEAN_SET
from speechdistill.corpora.manifests import CUTS, load_cuts
from speechdistill.files import require
from speechdistill.keyed_vectors import KeyedVectors
from speechdistill.quality.table import QualityTable
from speechdistill.training.hyperparameters import Hyperparameters, recall_settings
from speechdistill.training.speech_data import SpeechDataset, collate, readable_cuts
from speechdistill.training.train_student import build_student, student_encoder
from speechdistill.training.verification_brain import load_best

logger = logging.getLogger(__name__)

# More at once is slower on a CPU: what a layer hands to the next no longer stays in its cache.
SECONDS_AT_ONCE = 60.0


def extract_embeddings(student_exp: Path, outputs: Mapping[Path, Path]) -> None:
    """Embed every utterance of some sets with the student's checkpoint of lowest dev EER.

    Utterances are embedded whole, together with others of exactly their length, from whichever
    set: without padding none depends on another, up to rounding. A set whose embeddings are newer
    than the checkpoint and the manifests is left as it is.

    Arguments
    ---------
    student_exp: a trained student's folder.
    outputs: folder of a set's manifests -> where its :class:`KeyedVectors` folder goes; keys are
        the cuts' ids. A test condition ``test-...`` needs the quality of ``test`` beside it.

    Raises
    ------
    InputError: no trained student, missing manifests, unreadable audio.
    """
    settings = recall_settings(student_exp, "stage 5 or 6")
    hparams = build_student(
        Hyperparameters(settings["student"], f"{student_exp}/settings.json"),
        settings["student overrides"],
        student_exp,
        settings["seed"],
        settings["speakers"],
    )
    checkpoint = load_best(hparams["checkpointer"], ["embedding_model", "normalizer"])
    cuts_of = {
        manifests: embeddable_cuts(manifests)
        for manifests, output in outputs.items()
        if not _is_up_to_date(output, manifests, checkpoint)
    }
    for manifests in outputs.keys() - cuts_of.keys():
        logger.info("the embeddings of %s are up to date", manifests.name)
    if not cuts_of:
        return
    logger.info(
        "embedding %s with the student of epoch %d (dev EER %.2f %%)",
        ", ".join(manifests.name for manifests in cuts_of),
        checkpoint.meta["epoch"],
        100 * checkpoint.meta["EER"],
    )
    device = infer_device()
    encoder = student_encoder(hparams).to(device).eval()
    cuts = [cut for cuts in cuts_of.values() for cut in cuts]
    batches = equal_length_batches(cuts, SECONDS_AT_ONCE)
    loader = torch.utils.data.DataLoader(
        SpeechDataset(cuts, hparams["sample_rate"]),
        batch_sampler=batches,
        # On a CPU a process that reads ahead takes from the model more time than it saves.
        num_workers=0 if device == "cpu" else hparams.get("num_workers", 0),
        collate_fn=collate,
    )
    rows: dict[int, np.ndarray] = {}
    with (
        torch.inference_mode(),
        tqdm(total=len(cuts), unit="utterance", dynamic_ncols=True) as progress,
    ):
        for batch, indices in zip(loader, batches, strict=True):
            embeddings = encoder(batch.signals.to(device)).cpu().numpy()
            rows.update(zip(indices, embeddings, strict=True))
            progress.update(len(indices))
    embeddings = np.stack([rows[index] for index in range(len(cuts))])
    for manifests, members in cuts_of.items():
        own, embeddings = np.split(embeddings, [len(members)])
        KeyedVectors([cut.id for cut in members], own).save(outputs[manifests])


def embeddable_cuts(manifests: Path) -> list[MonoCut]:
    """Load a set's cuts, without those whose audio stage 2 could not read.

    A test condition has the utterances of the test set, whose quality says which are readable.
    """
    if not manifests.name.startswith(f"{CLEAN_SET}-"):
        return readable_cuts(manifests)
    require(manifests / CUTS, made_by="local/make_conditions.py")
    clean = manifests.with_name(CLEAN_SET)
    readable = QualityTable.load(clean / "quality" / "speech.tsv").scores
    return [cut for cut in load_cuts(manifests) if cut.id in readable]


def equal_length_batches(cuts: Sequence[MonoCut], seconds: float) -> list[list[int]]:
    """Group the indices of cuts that have the same length; a batch lasts at most ``seconds``.

    A longer cut is alone in its batch.

    Example
    -------
    >>> from lhotse.testing.dummies import dummy_cut
    >>> cuts = [dummy_cut(n, duration=duration) for n, duration in enumerate([3, 2, 3, 3, 9])]
    >>> equal_length_batches(cuts, seconds=6)
    [[0, 2], [3], [1], [4]]
    """
    alike: dict[tuple[int, int], list[int]] = {}
    for index, cut in enumerate(cuts):
        alike.setdefault((cut.num_samples, cut.sampling_rate), []).append(index)
    return [batch for group in alike.values() for batch in _split(group, cuts, seconds)]


def _split(group: list[int], cuts: Sequence[MonoCut], seconds: float) -> Iterator[list[int]]:
    size = max(1, int(seconds / cuts[group[0]].duration))
    for start in range(0, len(group), size):
        yield group[start : start + size]


def _is_up_to_date(output: Path, manifests: Path, checkpoint: Checkpoint) -> bool:
    made = output / "ids.txt"
    sources = [*checkpoint.paramfiles.values(), manifests / CUTS]
    return made.exists() and all(
        made.stat().st_mtime >= source.stat().st_mtime for source in sources if source.exists()
    )
