"""Speakers whose files lie in folders of their own, and the corpus that these make up."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from speechdistill.corpora.corpus import Corpus, SpeakerSource, TestList
from speechdistill.corpora.faces import check_own_faces, list_faces, names_of_faces
from speechdistill.corpora.image_manifest import ImageRecord
from speechdistill.corpora.layout import CorpusLayout
from speechdistill.corpora.metadata import Speaker, load_speakers
from speechdistill.corpora.survey import folders_to_walk
from speechdistill.corpora.utterances import Utterance, list_utterances


@dataclass(frozen=True)
class SpeakerFolders:
    """Where the files of a speaker are.

    Arguments
    ---------
    speaker: who.
    audio: folders of utterances, or of sessions of utterances.
    faces: folders of sessions of images.
    """

    speaker: Speaker
    audio: list[Path]
    faces: list[Path]

    def utterances(self) -> list[Utterance]:
        """List the utterances in order of id."""
        return list_utterances(self.speaker.id, self.audio)

    def images(self) -> tuple[list[ImageRecord], list[tuple[str, str]]]:
        """List the images in order of id, and path and reason of files that cannot serve."""
        faces, faulty = list_faces(self.speaker.id, self.speaker.gender, self.faces)
        return faces, [(str(path), reason) for path, reason in faulty]


def corpus_of_folders(layout: CorpusLayout, expected_lists: Iterable[str] = ()) -> Corpus:
    """Return the corpus of which every speaker has a folder, or several.

    Its ids begin with the speaker and ``/``.

    Arguments
    ---------
    layout: where everything is.
    expected_lists: see :class:`speechdistill.corpora.corpus.Corpus`.

    Raises
    ------
    InputError: a table of speakers is malformed, or a folder cannot be listed.
    """
    listed = load_speakers(layout.metadata)
    speakers: dict[str, SpeakerSource] = {}
    for name, audio in layout.speaker_folders.items():
        speaker = listed.get(name, Speaker(name))
        faces = [
            folder
            for each in names_of_faces(speaker)
            for folder in layout.face_folders.get(each, [])
        ]
        speakers[name] = SpeakerFolders(speaker, audio, faces)
    check_own_faces([each.speaker for each in speakers.values()], layout.face_folders)
    folders, survey = folders_to_walk(layout)
    return Corpus(
        speakers,
        by_first_part,
        [TestList(layout.trial_list)] if layout.trial_list else [],
        list(expected_lists),
        [layout.speaker_text] if layout.speaker_text else [],
        layout.metadata,
        layout.face_folders.keys(),
        folders=folders,
        survey=survey,
    )


def by_first_part(names: Iterable[str]) -> dict[str, set[str]]:
    """Group names by what stands before their first ``/``: the speaker.

    Example
    -------
    >>> by_first_part(["a/v/1", "b"])
    {'a': {'a/v/1'}, 'b': {'b'}}
    """
    found: dict[str, set[str]] = {}
    for name in names:
        found.setdefault(name.partition("/")[0], set()).add(name)
    return found
