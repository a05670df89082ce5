"""Faces of people who are not in the corpus: a teacher may have seen more people than speak."""

from collections.abc import Collection
from pathlib import Path

from speechdistill.base.errors import InputError
from speechdistill.corpora.faces import list_faces
from speechdistill.corpora.image_manifest import image_writer
from speechdistill.corpora.json_lines import member_writer
from speechdistill.corpora.layout import visible_folders
from speechdistill.corpora.names import check_names
from speechdistill.storage.places import CUTS, IMAGES


def people_of(folder: Path, option: str = "--teacher-faces") -> list[Path]:
    """List the people of a folder ``<person>/[1.6/]<session>/<frame>.jpg``, given by an option.

    Raises
    ------
    InputError: there are none, or a name cannot be part of an id.
    """
    people = visible_folders(folder) if folder.is_dir() else []
    if not people:
        raise InputError(f"no <person>/<session>/<frame>.jpg in {folder}: give another {option}")
    check_names(people)
    return people


def write_teacher_faces(
    output: Path, folder: Path, corpus_names: Collection[str]
) -> tuple[int, list[tuple[str, str]]]:
    """Write a set of faces without utterances: ``images.jsonl.gz`` and an empty ``cuts.jsonl.gz``.

    Arguments
    ---------
    output: the set's folder.
    folder: of the people.
    corpus_names: ids and face names of everybody in the corpus, the people of its trials included.

    Returns
    -------
    How many images there are, and path and reason of those that are skipped.

    Raises
    ------
    InputError: one of the people is in the corpus, or there are none.
    """
    count, skipped = 0, []
    with member_writer(output / CUTS), image_writer(output / IMAGES) as write_image:
        for person in people_of(folder):
            if person.name in corpus_names:
                raise InputError(
                    f"{person.name} of {folder} is in the corpus too: the teacher's extra faces "
                    "must be of other people"
                )
            faces, faulty = list_faces(person.name, None, [person])
            skipped += [(str(path), reason) for path, reason in faulty]
            for face in faces:
                write_image(face)
            count += len(faces)
    return count, skipped
