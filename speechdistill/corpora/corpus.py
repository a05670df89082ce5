"""What a corpus offers, whatever its layout: what manifests are made from."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from speechdistill.base.errors import InputError
from speechdistill.corpora.image_manifest import ImageRecord
from speechdistill.corpora.metadata import Speaker
from speechdistill.corpora.survey import Survey
from speechdistill.corpora.trial_lists import kept_name
from speechdistill.corpora.utterances import Utterance


class SpeakerSource(Protocol):
    """Where the files of a speaker are; it is sent to the process that checks them."""

    @property
    def speaker(self) -> Speaker:
        """Who."""
        ...

    def utterances(self) -> list[Utterance]:
        """List the utterances, in the order in which they are written."""
        ...

    def images(self) -> tuple[list[ImageRecord], list[tuple[str, str]]]:
        """List the images, and path and reason of those that cannot serve."""
        ...


@dataclass(frozen=True)
class TestList:
    """A trial list of a corpus.

    Arguments
    ---------
    path: the list.
    models: where its trials name models: model -> the ids of the utterances it is enrolled with.
    name: what the list is called in ``test/trials``; None for its own name.
    """

    __test__ = False  # pytest would take it for a test

    path: Path
    models: Mapping[str, Sequence[str]] | None = None
    name: str | None = None

    @property
    def kept_name(self) -> str:
        """What the list is called in ``test/trials``."""
        return self.name or kept_name(self.path)


@dataclass(frozen=True)
class Corpus:
    """What is in the folders of a corpus, as its kind found it. Nothing is opened yet.

    Arguments
    ---------
    speakers: id -> where their files are, in order of id.
    by_speaker: gives those of some names that may be in the corpus, utterances and speakers, by
        who speaks.
    trials: the corpus's own test lists.
    expected_lists: what its own list would be called, where a corpus of this kind must have one;
        of others trials are sampled.
    texts: tables ``id<TAB>sentence``.
    tables: all other files that say something of it.
    face_names: what people whose faces are here are called.
    listed: audio and image files that do not lie in ``folders``.
    folders: that are walked, all below them being part of the corpus.
    survey: what looks at these folders on the way.
    """

    speakers: Mapping[str, SpeakerSource]
    by_speaker: Callable[[Iterable[str]], dict[str, set[str]]]
    trials: Sequence[TestList] = ()
    expected_lists: Sequence[str] = ()
    texts: Sequence[Path] = ()
    tables: Sequence[Path] = ()
    face_names: Collection[str] = ()
    listed: Iterable[str] = ()
    folders: Sequence[Path] = ()
    survey: Survey = field(default_factory=Survey)

    @classmethod
    def joined(cls, parts: Sequence["Corpus"]) -> "Corpus":
        """Put corpora of several kinds together; one alone stays as it is.

        Raises
        ------
        InputError: a speaker is in two.
        """
        if len(parts) == 1:
            return parts[0]
        speakers: dict[str, SpeakerSource] = {}
        for part in parts:
            if both := speakers.keys() & part.speakers.keys():
                raise InputError(
                    f"{len(both)} speakers of --data are in two corpora ({min(both)}): give one of "
                    "the corpora, or other names to its speakers"
                )
            speakers.update(part.speakers)

        def by_speaker(names: Iterable[str]) -> dict[str, set[str]]:
            names = set(names)
            found: dict[str, set[str]] = {}
            for part in parts:
                own = part.by_speaker(names)
                found |= {name: group for name, group in own.items() if name in part.speakers}
            return found

        return cls(
            dict(sorted(speakers.items())),
            by_speaker,
            [each for part in parts for each in part.trials],
            [name for part in parts for name in part.expected_lists],
            [path for part in parts for path in part.texts],
            [path for part in parts for path in part.tables],
            {name for part in parts for name in part.face_names},
            [path for part in parts for path in part.listed],
            [path for part in parts for path in part.folders],
            Survey.joined([part.survey for part in parts]),
        )
