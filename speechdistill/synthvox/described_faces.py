"""Generated faces with descriptions, as class-named folders: people who do not speak."""

import json
import logging
from functools import partial
from pathlib import Path

from tqdm import tqdm

from speechdistill.base.errors import InputError
from speechdistill.base.parallel import parallel_map
from speechdistill.storage.files import written_whole
from speechdistill.synthvox.parameters import CorpusParameters, claim_folder
from speechdistill.synthvox.person_folder import (
    FIRST_FACE_PERSON,
    TEACHER_FACES,
    face_name,
    make_person,
    remove_leftovers,
    truth_file,
)

logger = logging.getLogger(__name__)

TEXTS = "face_text.tsv"
FEWEST_PEOPLE = 2


def make_described_faces(folder: Path, parameters: CorpusParameters, jobs: int = 1) -> None:
    """Draw faces of ``parameters.face_people`` people and write a sentence on each.

    Writes ``teacherFaces/<person>/1.6/<session>/<frame>.jpg``, ``face_text.tsv`` with lines
    ``person<TAB>sentence``, and ``truth/parts/<id>.json`` with what each person and each image is
    like. Nobody speaks: of the parameters, numbers of speakers and utterances do not matter. A run
    that was killed goes on where it stopped; what is complete is left as it is.

    Arguments
    ---------
    folder: a new one, or one that was made with the same parameters.
    parameters: of the people.
    jobs: number of processes.

    Raises
    ------
    InputError: the folder holds something else, or there are fewer than two people.
    """
    if parameters.face_people < FEWEST_PEOPLE:
        raise InputError(f"{parameters.face_people} people: give 2 or more")
    claim_folder(folder, parameters)
    numbers = range(FIRST_FACE_PERSON, FIRST_FACE_PERSON + parameters.face_people)
    texts = folder / TEXTS
    if not texts.exists():
        remove_leftovers(folder)
        missing = [number for number in numbers if not truth_file(folder, number).exists()]
        made = parallel_map(partial(make_person, folder, parameters), missing, jobs)
        for _ in tqdm(made, total=len(missing), desc="people", unit="person"):
            pass
        truth = [json.loads(truth_file(folder, number).read_text()) for number in numbers]
        with written_whole(texts) as path:  # Written last: where it stands, all is complete.
            path.write_text(
                "".join(
                    f"{face_name(number)}\t{of_person['person']['description']}\n"
                    for number, of_person in zip(numbers, truth, strict=True)
                )
            )
    logger.info(
        "%s is complete: %d people, %d images",
        *(folder / TEACHER_FACES, len(numbers)),
        len(numbers) * parameters.sessions * parameters.images,
    )
