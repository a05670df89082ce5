"""Faces of a corpus's speakers that lie in a folder of the user's own."""

import logging
from dataclasses import dataclass, replace
from pathlib import Path

from speechdistill.base.errors import InputError
from speechdistill.corpora.corpus import Corpus, SpeakerSource
from speechdistill.corpora.faces import list_faces
from speechdistill.corpora.image_manifest import ImageRecord
from speechdistill.corpora.metadata import Speaker
from speechdistill.corpora.survey import faces_to_walk
from speechdistill.corpora.teacher_faces import people_of
from speechdistill.corpora.utterances import Utterance

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class SpeakerWithFaces:
    """A speaker, with images that lie elsewhere.

    Arguments
    ---------
    source: what the corpus has of them.
    faces: folder ``[1.6/]<session>/<frame>.jpg``.
    """

    source: SpeakerSource
    faces: Path

    @property
    def speaker(self) -> Speaker:
        """Who."""
        return self.source.speaker

    def utterances(self) -> list[Utterance]:
        """List the corpus's utterances."""
        return self.source.utterances()

    def images(self) -> tuple[list[ImageRecord], list[tuple[str, str]]]:
        """List the corpus's images and those of the folder."""
        own, skipped = self.source.images()
        faces, faulty = list_faces(self.speaker.id, self.speaker.gender, [self.faces])
        known = {image.id for image in own}
        images = own + [face for face in faces if face.id not in known]
        return images, skipped + [(str(path), reason) for path, reason in faulty]


def with_faces(corpus: Corpus, folder: Path) -> Corpus:
    """Return a corpus whose speakers have the faces of ``<speaker>/[1.6/]<session>/<frame>.jpg``.

    Speakers without such a folder stay as they are; so does the corpus that is given.

    Raises
    ------
    InputError: there is no such folder, nobody in it is a speaker, or a name cannot be an id's.
    """
    people = {person.name: person for person in people_of(folder, "--faces")}
    known = people.keys() & corpus.speakers.keys()
    if not known:
        raise InputError(
            f"none of the {len(people)} people of {folder} is a speaker of the corpus (there is "
            f"{min(people)}, a speaker is {next(iter(corpus.speakers))}): name the folders so"
        )
    if unknown := people.keys() - known:
        logger.warning(
            "%d of %d people of %s are no speakers of the corpus (first: %s): they are left out",
            *(len(unknown), len(people), folder, min(unknown)),
        )
    speakers: dict[str, SpeakerSource] = {
        name: SpeakerWithFaces(source, people[name]) if name in known else source
        for name, source in corpus.speakers.items()
    }
    walked = faces_to_walk([people[name] for name in sorted(known)], folder, corpus.survey)
    return replace(
        corpus,
        speakers=speakers,
        face_names={*corpus.face_names, *known},
        folders=[*corpus.folders, *walked],
    )
