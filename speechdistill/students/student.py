"""What a student is, whatever it perceives: its inputs, its encoder and its augmentation."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from speechdistill.augmentation.augmented_utterances import AugmentedUtterances
from speechdistill.inputs.perceived import Inputs
from speechdistill.inputs.utterances import Utterances
from speechdistill.models.hyperparameters import Hyperparameters
from speechdistill.models.part_of_yaml import with_needed_keys
from speechdistill.students.batch_augmentation import (
    BatchAugmentation,
    WaveformBatchAugmentation,
)
from speechdistill.students.speaker_encoder import SpeakerEncoder

# The keys of a student's YAML that say what it perceives.
PERCEIVED = ("inputs", "sample_rate", "sentence_len", "augmentation")


@dataclass(frozen=True)
class Student:
    """A student's parts, built from its YAML.

    Arguments
    ---------
    inputs: what it perceives.
    training_inputs: what it perceives in training: the same, augmented or not.
    encoder: inputs ``(batch, ...)`` to embeddings ``(batch, dimension)``.
    classifier: embeddings ``(batch, 1, dimension)`` to scores ``(batch, 1, people)``.
    augment: for training.
    workers: processes that read ahead.
    """

    inputs: Inputs
    training_inputs: Inputs
    encoder: torch.nn.Module
    classifier: torch.nn.Module
    augment: BatchAugmentation
    workers: int


def build_student(
    yaml: Hyperparameters, overrides: Mapping[str, Any], output: Path, seed: int, people: int
) -> dict[str, Any]:
    """Build a student YAML's objects; folders, seed and number of people are filled in."""
    torch.manual_seed(seed)  # for a YAML that does not seed itself
    known = {
        "seed": seed,
        "output_folder": str(output),
        "data_folder": str(output),
        "out_n_neurons": people,
        "noise_annotation": str(output / "noise.csv"),
        "rir_annotation": str(output / "rir.csv"),
    }
    return yaml.build(overrides, known)


def student_of(hparams: Mapping[str, Any]) -> Student:
    """Take the student out of its YAML's objects.

    A YAML with the key ``inputs`` says what its ``embedding_model`` perceives; ``input_augment``,
    if there is one, turns a batch of inputs into an augmented one. A YAML without is one of
    SpeechBrain's speaker recipes: ``compute_features``, ``mean_var_norm`` and ``embedding_model``
    on utterances, ``wav_augment`` if there is one. ``augmentation``, if there is one, augments
    each utterance as it is read, ``wav_augment`` each batch.
    """
    workers = hparams.get("num_workers", 0)
    inputs, training_inputs = inputs_of(hparams)
    if "inputs" in hparams:
        augment = hparams.get("input_augment")
        return Student(
            inputs,
            training_inputs,
            hparams["embedding_model"],
            hparams["classifier"],
            BatchAugmentation(augment),
            workers,
        )
    wav_augment = hparams.get("wav_augment")
    return Student(
        inputs,
        training_inputs,
        SpeakerEncoder(
            hparams["compute_features"], hparams["mean_var_norm"], hparams["embedding_model"]
        ),
        hparams["classifier"],
        BatchAugmentation() if wav_augment is None else WaveformBatchAugmentation(wav_augment),
        workers,
    )


def build_inputs(
    yaml: Hyperparameters, overrides: Mapping[str, Any], output: Path, seed: int
) -> dict[str, Any]:
    """Build of a student YAML what it perceives, and what prepares its augmentation.

    That says how many classes there are; the student itself is built once, with so many.
    """
    prepared = [key for key in yaml.keys if key.startswith("prepare_")]
    part = with_needed_keys(yaml, [*PERCEIVED, *prepared])
    yaml.require_keys(overrides)
    kept = {key: value for key, value in overrides.items() if key in part.keys}
    return build_student(part, kept, output, seed, people=2)


def inputs_of(hparams: Mapping[str, Any]) -> tuple[Inputs, Inputs]:
    """Return what a student perceives, and what it perceives in training: augmented or the same."""
    if "inputs" in hparams:
        return hparams["inputs"], hparams["inputs"]
    utterances = Utterances(hparams["sample_rate"], hparams["sentence_len"])
    if (augmentation := hparams.get("augmentation")) is None:
        return utterances, utterances
    return utterances, AugmentedUtterances(utterances, augmentation)
