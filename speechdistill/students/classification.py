"""Which class a trained student gives to each image."""

from collections.abc import Mapping
from pathlib import Path

import torch

from speechdistill.base.errors import InputError
from speechdistill.corpora.image_manifest import load_images
from speechdistill.storage.files import written_whole
from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.storage.made_from import MADE_FROM, contents_of, write_record
from speechdistill.storage.places import EMBEDDINGS, IMAGES, TEST, TRAIN, UNSEEN, Stage, trial_list
from speechdistill.students.extraction import extract_embeddings, load_student
from speechdistill.students.predictions import PREDICTIONS, UNSEEN_SCORES, Predictions
from speechdistill.verification.scoring.score_list import score_list


def predict_classes(
    student_exp: Path, outputs: Mapping[Path, Path], training: Path, trust: bool = True
) -> None:
    """Classify the embedded images of some sets by the classifier that embedding was trained with.

    Arguments
    ---------
    student_exp: a trained student's folder, with ``embeddings/<set>``.
    outputs: folder of a set's manifest -> the table to write.
    training: folder of the set that the student was trained on: it tells the classes.
    trust: see :func:`speechdistill.students.extraction.load_student`.

    Raises
    ------
    InputError: no trained student or no embeddings, or a training set of other classes.
    """
    student, _ = load_student(student_exp, trust)
    classifier = student.classifier.eval()
    names = sorted({image.person for image in load_images(training / IMAGES)})
    for folder, output in outputs.items():
        embeddings = KeyedVectors.load(student_exp / EMBEDDINGS / folder.name, Stage.EMBEDDINGS)
        class_of = {image.id: image.person for image in load_images(folder / IMAGES)}
        vectors = torch.tensor(embeddings.vectors)
        with torch.inference_mode():
            scores = classifier(vectors.unsqueeze(1)).squeeze(1)
        if scores.shape[1] != len(names):
            raise InputError(
                f"{training} has {len(names)} classes, {student_exp} was trained on "
                f"{scores.shape[1]}: train it again"
            )
        Predictions(
            embeddings.ids,
            [class_of[name] for name in embeddings.ids],
            [names[row] for row in scores.argmax(dim=1).tolist()],
        ).save(output)


def apply_student(
    student_exp: Path, data: Path, skipped_limit: float = 0.01, trust: bool = True
) -> None:
    """Embed and classify the test images; score the trials among unseen classes, if there are any.

    Writes ``embeddings/<set>``, ``predictions/test.tsv`` and, if there are unseen classes,
    ``scores/unseen.txt`` in the student's folder; last what these were made from, beside the
    predictions.

    Arguments
    ---------
    student_exp: a trained student's folder.
    data: folder of the sets, with the training set that the student was trained on.
    skipped_limit: largest share of trials that may lack an embedding; they are left out and listed.
    trust: see :func:`speechdistill.students.extraction.load_student`.

    Raises
    ------
    InputError: no trained student, missing manifests, or too many trials without an embedding.
    """
    sets = [name for name in (TEST, UNSEEN) if (data / name / IMAGES).exists()]
    embeddings = student_exp / EMBEDDINGS
    extract_embeddings(student_exp, {data / name: embeddings / name for name in sets}, trust)
    tables = {data / TEST: student_exp / PREDICTIONS}
    predict_classes(student_exp, tables, data / TRAIN, trust)
    if UNSEEN in sets:
        vectors = KeyedVectors.load(embeddings / UNSEEN)
        trials = trial_list(data / UNSEEN)
        score_list(trials, vectors, vectors, student_exp / UNSEEN_SCORES, skipped_limit)
    with written_whole((student_exp / PREDICTIONS).with_name(MADE_FROM)) as record:
        write_record(record, contents_of(embeddings, [f"{name}/{MADE_FROM}" for name in sets]))
