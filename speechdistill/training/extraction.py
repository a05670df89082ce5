"""Embeddings of whole utterances from a trained student."""

import logging
from pathlib import Path

import numpy as np
import torch
from speechbrain.utils.distributed import infer_device
from tqdm import tqdm

from speechdistill.keyed_vectors import KeyedVectors
from speechdistill.training.hyperparameters import Hyperparameters, recall_settings
from speechdistill.training.speech_data import SpeechDataset, collate, readable_cuts
from speechdistill.training.train_student import build_student, student_encoder
from speechdistill.training.verification_brain import load_best

logger = logging.getLogger(__name__)


def extract_embeddings(student_exp: Path, manifests: Path, output: Path) -> None:
    """Embed every utterance of a set with the student's checkpoint of lowest dev EER.

    Utterances are embedded whole and one by one, so that none depends on another.

    Arguments
    ---------
    student_exp: a trained student's folder.
    manifests: folder with ``cuts.jsonl.gz`` and ``quality/``.
    output: where the :class:`KeyedVectors` folder goes; keys are the cuts' ids.

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
    logger.info(
        "embedding %s with the student of epoch %d (dev EER %.2f %%)",
        manifests.name,
        checkpoint.meta["epoch"],
        100 * checkpoint.meta["EER"],
    )
    device = infer_device()
    encoder = student_encoder(hparams).to(device).eval()
    dataset = SpeechDataset(readable_cuts(manifests), hparams["sample_rate"])
    loader = torch.utils.data.DataLoader(
        dataset, num_workers=hparams.get("num_workers", 0), collate_fn=collate
    )
    ids, embeddings = [], []
    with torch.no_grad():
        for batch in tqdm(loader, unit="utterance", dynamic_ncols=True):
            ids += batch.ids
            embeddings.append(encoder(batch.signals.to(device)).cpu().numpy())
    KeyedVectors(ids, np.concatenate(embeddings)).save(output)
