"""A whole generated corpus in VoxCeleb1's layout."""

import csv
import json
import logging
import shutil
from functools import partial
from pathlib import Path
from typing import Any

from tqdm import tqdm

from speechdistill.base.parallel import parallel_map
from speechdistill.storage.files import written_whole
from speechdistill.synthvox.parameters import CorpusParameters, claim_folder
from speechdistill.synthvox.person_folder import (
    FIRST_FACE_PERSON,
    Rows,
    face_name,
    make_person,
    remove_leftovers,
    truth_file,
)
from speechdistill.verification.trials.trial_sampling import sample_trials

logger = logging.getLogger(__name__)

MOST_TARGETS_PER_SPEAKER = 100
NATIONALITIES = {
    "American": "USA",
    "New York": "USA",
    "London": "UK",
    "Scottish": "UK",
    "Lancashire": "UK",
    "Midlands": "UK",
    "Caribbean": "Jamaica",
}


def make_corpus(folder: str | Path, parameters: CorpusParameters, jobs: int = 1) -> None:
    """Generate people with recordings, pictures, metadata, trials and the truth about them.

    The layout is VoxCeleb1's: ``wav/``, ``unzippedFaces/``, ``vox1_meta.csv``,
    ``veri_test2.txt``, besides ``speaker_text.tsv``, ``truth/`` and, if asked for, faces of people
    who do not speak in ``teacherFaces/``. The same parameters give the
    same bytes, whatever the number of jobs. A run that was killed goes on where it stopped; a
    corpus that is complete is left as is.

    Arguments
    ---------
    folder: a new one, or one that was made with the same parameters.
    parameters: of the corpus.
    jobs: number of processes.

    Raises
    ------
    InputError: the folder holds something else, or espeak-ng is missing.
    """
    folder = Path(folder)
    claim_folder(folder, parameters)
    trials = folder / "veri_test2.txt"
    parts = folder / "truth" / "parts"
    if not trials.exists():
        remove_leftovers(folder)
        _make_people(folder, parameters, jobs)
        _write_tables(folder, parameters)
        # Written last: where it stands, the corpus is complete.
        _write_trials(trials, _load_truth(folder, parameters), parameters)
    shutil.rmtree(parts, ignore_errors=True)
    logger.info(
        "%s is complete: %d people, %d recordings, %d pictures",
        folder,
        len(_numbers(parameters)),
        parameters.speakers * parameters.sessions * parameters.utterances,
        len(_numbers(parameters)) * parameters.sessions * parameters.images,
    )


def _numbers(parameters: CorpusParameters) -> list[int]:
    """Numbers of the people: speakers, then those of whom there are faces alone."""
    face_people = range(FIRST_FACE_PERSON, FIRST_FACE_PERSON + parameters.face_people)
    return [*range(parameters.speakers), *face_people]


def _make_people(folder: Path, parameters: CorpusParameters, jobs: int) -> None:
    numbers = _numbers(parameters)
    missing = [number for number in numbers if not truth_file(folder, number).exists()]
    if 0 < len(missing) < len(numbers):
        logger.info("%d people are there already", len(numbers) - len(missing))
    made = parallel_map(partial(make_person, folder, parameters), missing, jobs)
    for _ in tqdm(made, total=len(missing), desc="people", unit="person"):
        pass


def _load_truth(folder: Path, parameters: CorpusParameters) -> list[dict[str, Any]]:
    return [json.loads(truth_file(folder, number).read_text()) for number in _numbers(parameters)]


def _write_tables(folder: Path, parameters: CorpusParameters) -> None:
    truth = _load_truth(folder, parameters)
    people = [of_person["person"] for of_person in truth]
    _write_table(folder / "truth" / "people.tsv", people)
    for name in ("utterances", "images"):
        rows = [row for of_person in truth for row in of_person[name]]
        _write_table(folder / "truth" / f"{name}.tsv", rows)
    first_test_speaker = parameters.speakers - parameters.test_speakers
    metadata = [
        {
            "VoxCeleb1 ID": person["id"],
            "VGGFace1 ID": face_name(number),
            "Gender": person["sex"],
            "Nationality": NATIONALITIES[person["accent"]],
            "Set": "test" if number >= first_test_speaker else "dev",
        }
        for number, person in enumerate(people[: parameters.speakers])
    ]
    _write_table(folder / "vox1_meta.csv", metadata)
    with written_whole(folder / "speaker_text.tsv") as path:
        speakers = people[: parameters.speakers]
        path.write_text("".join(f"{p['id']}\t{p['description']}\n" for p in speakers))


def _write_table(path: Path, rows: Rows) -> None:
    with written_whole(path) as part, part.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter="\t", lineterminator="\n")
        writer.writeheader()
        for row in rows:
            writer.writerow({name: _short(value) for name, value in row.items()})


def _short(value: str | float) -> str:
    return f"{value:.4f}" if isinstance(value, float) else value


def _write_trials(path: Path, truth: list[dict[str, Any]], parameters: CorpusParameters) -> None:
    of_test = truth[parameters.speakers - parameters.test_speakers : parameters.speakers]
    ids = [row["id"] for of_person in of_test for row in of_person["utterances"]]
    sex_of = {of_person["person"]["id"]: of_person["person"]["sex"] for of_person in of_test}
    trials = sample_trials(
        [f"{name}.wav" for name in ids],
        speakers=[name.split("/")[0] for name in ids],
        sessions=[name.split("/")[1] for name in ids],
        genders=[sex_of[name.split("/")[0]] for name in ids],
        n_trials=2 * _target_trials(parameters),
        seed=parameters.seed,
    )
    trials.save(path)


def _target_trials(parameters: CorpusParameters) -> int:
    sessions, utterances = parameters.sessions, parameters.utterances
    across_sessions = sessions * (sessions - 1) // 2 * utterances**2
    return parameters.test_speakers * min(across_sessions, MOST_TARGETS_PER_SPEAKER)
