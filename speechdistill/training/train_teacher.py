"""From what a teacher perceives and its YAML to a trained teacher."""

import json
import logging
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import reduce
from pathlib import Path
from typing import Any

import numpy as np
import torch
from speechbrain.utils.distributed import infer_device

from speechdistill.base.errors import InputError
from speechdistill.distributed.processes import is_main, main_first
from speechdistill.inputs.perceived import PerceivedSet
from speechdistill.models.checkpoint_averaging import CheckpointAveraging
from speechdistill.models.checkpoints import check_epochs
from speechdistill.models.hyperparameters import EPOCHS, Hyperparameters, remember_settings
from speechdistill.models.needed_keys import require_teacher
from speechdistill.models.part_of_yaml import with_needed_keys
from speechdistill.storage.files import write_text_whole
from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.storage.lock import locked
from speechdistill.storage.places import SETS, TEACHER_REPORT, TEACHER_SET, Stage
from speechdistill.students.extraction import embed, embedded_from
from speechdistill.training.inputs_data import (
    InputDataset,
    digest_of,
    training_loader,
    validation_loader,
)
from speechdistill.training.precision import training_precision
from speechdistill.training.teacher_brain import TeacherBrain
from speechdistill.training.validation import VerificationTrials
from speechdistill.verification.metrics import eer
from speechdistill.verification.scoring import cosine_scores
from speechdistill.verification.trials.trial_list import TrialList
from speechdistill.verification.trials.trial_sampling import sample_trials

logger = logging.getLogger(__name__)

# The sets that may train a teacher; the key training_sets of its YAML names some of them.
TRAINING_SETS = ("train", TEACHER_SET)
ITEMS_PER_PERSON_IN_TRIALS = 20
TRIALS = 10_000


@dataclass(frozen=True)
class TeacherSettings:
    """What a teacher is made from.

    Arguments
    ---------
    data: folder with ``train/``, ``dev/`` and ``test/`` manifests and quality; ``teacher/``, if
        there is one, has people who train the teacher only.
    teacher: YAML with ``inputs``, ``embedding_model``, ``classifier`` and what a Brain needs.
    output: the teacher's folder.
    overrides: key -> value for the YAML.
    seed: of everything random.
    """

    data: Path
    teacher: Path
    output: Path
    overrides: Mapping[str, Any]
    seed: int


def train_teacher(settings: TeacherSettings) -> None:
    """Train, or go on training, the teacher; report its verification EER on held-out people.

    A YAML without ``classifier`` is that of a frozen teacher: nothing is trained, the vectors of
    its inputs are its embeddings.

    The EER on dev people selects the checkpoint; that on test people selects nothing. Both go to
    ``report.json``. Where nobody on dev has two items (a text per person), there is nothing to
    verify, and the last checkpoint is taken.

    Raises
    ------
    InputError: nothing to learn from, missing manifests, an override that matches no key, other
        settings than the folder was made with, another run in the folder, a loss that is not
        finite.
    """
    with locked(settings.output) if is_main() else nullcontext():
        _train(settings)


def _train(settings: TeacherSettings) -> None:
    yaml = Hyperparameters.read(settings.teacher)
    # What settings.json remembers has values, not words.
    settings = replace(settings, overrides=yaml.values(settings.overrides, "--teacher."))
    require_teacher(yaml, settings.overrides)
    asked = build_inputs(yaml, settings.overrides, settings.output, settings.seed)
    inputs = asked["inputs"]
    sets = [*SETS, TEACHER_SET] if (settings.data / TEACHER_SET).is_dir() else list(SETS)
    with main_first():
        inputs.prepare(settings.data, settings.output, sets)
    perceived = {name: inputs.perceive(settings.data, settings.output, name) for name in sets}
    held_out = {name: _spread(perceived[name]) for name in ("dev", "test")}
    trials = {name: item_trials(part, settings.seed) for name, part in held_out.items()}
    if "classifier" not in yaml.keys:  # frozen: what it perceives is what it says
        with main_first():
            _remember(settings, yaml, perceived["train"], [])
        report = {"kind": inputs.kind, "items": len(perceived["train"]), "labels": 0}
        report["made from"] = embedded_from(settings.output, [])
        _report(settings.output, report, torch.nn.Identity(), held_out, trials, workers=0)
        return
    training = _training_set(asked.get("training_sets", TRAINING_SETS), perceived)
    labels = sorted({item.label for item in training.items})
    if len(labels) < 2:
        raise InputError(
            f"{settings.data} has {len(training)} {inputs.kind} items of {len(labels)} people or "
            f"groups for the teacher to learn from: it needs two or more ({Stage.MANIFESTS})"
        )
    logger.info("training on %d items with %d labels", len(training), len(labels))
    hparams = build_teacher(
        *(yaml, settings.overrides, settings.output, settings.seed),
        *(len(labels), _dimension(training)),
    )
    check_epochs(hparams["checkpointer"], hparams["epoch_counter"].limit, f"--teacher.{EPOCHS}")
    with main_first():
        _remember(settings, yaml, training, labels)

    workers = hparams.get("num_workers", 0)
    dataset = InputDataset(
        training, {label: column for column, label in enumerate(labels)}, seed=settings.seed
    )
    train_loader = training_loader(dataset, hparams, workers)
    precision = training_precision(hparams.get("precision", "fp32"), infer_device())
    logger.info("training in %s", precision)
    brain = TeacherBrain(
        modules=hparams["modules"],
        opt_class=hparams["opt_class"],
        hparams=hparams,
        checkpointer=hparams["checkpointer"],
        run_opts={"precision": precision},
    )
    if trials["dev"] is None:
        # Nothing to verify, but a checkpoint comes with every validation.
        seen, validation = training.select([0]), VerificationTrials({})
    else:
        seen, validation = held_out["dev"], VerificationTrials({"dev": trials["dev"]})
    valid_loader = validation_loader(seen, workers)
    brain.train(train_loader, valid_loader, validation)

    checkpoints = CheckpointAveraging.of(hparams).load(hparams["checkpointer"], ["embedding_model"])
    report = {"kind": inputs.kind, "items": len(training), "labels": len(labels)}
    report["made from"] = embedded_from(settings.output, checkpoints)
    _report(settings.output, report, hparams["embedding_model"], held_out, trials, workers)


def _remember(
    settings: TeacherSettings, yaml: Hyperparameters, training: PerceivedSet, labels: list[str]
) -> None:
    remember_settings(
        settings.output,
        {
            "teacher": yaml.text,
            "overrides": dict(settings.overrides),
            "seed": settings.seed,
            "labels": labels,
            "dimension": _dimension(training),
            "training data": digest_of(training),
        },
        may_change=EPOCHS,
    )


def _report(
    output: Path,
    report: dict[str, Any],
    encoder: torch.nn.Module,
    held_out: Mapping[str, PerceivedSet],
    trials: Mapping[str, TrialList | None],
    workers: int,
) -> None:
    """Write ``report.json``: what the teacher is, and how well it verifies held-out people.

    Its key ``made from`` says of which checkpoints it speaks.
    """
    for name, part in held_out.items():
        if (found := trials[name]) is not None:
            report[name] = _verification(encoder, part, found, workers)
            logger.info(
                "verification of %d %s people: EER %.2f %% (%d trials)",
                *(report[name]["people"], name, 100 * report[name]["eer"], len(found)),
            )
    if is_main():
        write_text_whole(output / TEACHER_REPORT, json.dumps(report, indent=1) + "\n")


def _training_set(names: Sequence[str], perceived: Mapping[str, PerceivedSet]) -> PerceivedSet:
    if isinstance(names, str) or not names or not set(names) <= set(TRAINING_SETS):
        raise InputError(f"training_sets is a list of {' and '.join(TRAINING_SETS)}, not {names}")
    found = [perceived[name] for name in names if len(perceived.get(name, ()))]
    if not found:
        raise InputError(
            f"nobody in {' or '.join(names)} to train the teacher on: give faces of other people "
            f"with --teacher-faces ({Stage.MANIFESTS})"
        )
    return reduce(PerceivedSet.joined, found)


def build_inputs(
    yaml: Hyperparameters, overrides: Mapping[str, Any], output: Path, seed: int
) -> dict[str, Any]:
    """Build of a teacher's YAML what it perceives, and which sets it learns from.

    That says how many labels there are and how wide the inputs: the teacher is built once, with
    these.
    """
    part = with_needed_keys(yaml, ["inputs", "training_sets"])
    yaml.require_keys(overrides)
    kept = {key: value for key, value in overrides.items() if key in part.keys}
    return build_teacher(part, kept, output, seed, labels=2, dimension=1)


def build_teacher(
    yaml: Hyperparameters,
    overrides: Mapping[str, Any],
    output: Path,
    seed: int,
    labels: int,
    dimension: int,
) -> dict[str, Any]:
    """Build the teacher YAML's objects; what the recipe knows is filled in."""
    known = {
        "seed": seed,
        "output_folder": str(output),
        "out_n_neurons": labels,
        "input_dimension": dimension,
    }
    return yaml.build(overrides, known)


def item_trials(perceived: PerceivedSet, seed: int) -> TrialList | None:
    """Sample trials: the same person in another session, or another of the same gender.

    None where nobody has two items, or there is one person alone.
    """
    people = [item.person for item in perceived.items]
    if len(set(people)) in (len(people), 1):
        return None
    return sample_trials(
        [item.id for item in perceived.items],
        people,
        [item.session for item in perceived.items],
        [item.gender for item in perceived.items],
        TRIALS,
        seed=seed,
    )


def _verification(
    encoder: torch.nn.Module, perceived: PerceivedSet, trials: TrialList, workers: int
) -> dict[str, Any]:
    vectors = embed(encoder, perceived, infer_device(), workers)
    embeddings = KeyedVectors([item.id for item in perceived.items], vectors)
    scores = cosine_scores(trials, embeddings, embeddings)
    is_target = trials.labels == 1
    return {
        "eer": eer(scores[is_target], scores[~is_target]),
        "people": len({item.person for item in perceived.items}),
        "trials": len(scores),
    }


def _dimension(perceived: PerceivedSet) -> int:
    first, _ = perceived.select([0]).in_windows()
    return first.read(0, None).shape[-1]


def _spread(perceived: PerceivedSet) -> PerceivedSet:
    """At most ITEMS_PER_PERSON_IN_TRIALS of every person, evenly over what there is."""
    rows_of: dict[str, list[int]] = {}
    for row, item in enumerate(perceived.items):
        rows_of.setdefault(item.person, []).append(row)
    chosen: list[int] = []
    for rows in rows_of.values():
        count = min(len(rows), ITEMS_PER_PERSON_IN_TRIALS)
        chosen += [rows[at] for at in np.linspace(0, len(rows) - 1, count).round().astype(int)]
    return perceived.select(chosen)
