"""What of a corpus folder cannot serve, seen before any work: names, levels, links."""

import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from speechdistill.base.errors import InputError
from speechdistill.corpora.faces import sessions_folder
from speechdistill.corpora.folder_walk import DANGLING, Folder, is_folder, visible
from speechdistill.corpora.layout import AUDIO_SUFFIXES, IMAGE_SUFFIXES, CorpusLayout
from speechdistill.corpora.names import NO_UTF8, ODD, check_names
from speechdistill.corpora.teacher_faces import people_of

logger = logging.getLogger(__name__)

UNREAD_SUFFIXES = (".aac", ".aif", ".aiff", ".amr", ".au", ".mp4", ".sph", ".wma")


@dataclass(frozen=True, eq=False)
class Kind:
    """Where files of a kind are looked for.

    Arguments
    ---------
    what: they are, for messages.
    suffixes: of their names, in lower case.
    depths: of their folders below a speaker's or a person's.
    """

    what: str
    suffixes: tuple[str, ...]
    depths: Collection[int]


AUDIO_FILES = Kind("audio files", AUDIO_SUFFIXES, (0, 1))
FACE_IMAGES = Kind("face images", IMAGE_SUFFIXES, (1,))
KINDS = (AUDIO_FILES, FACE_IMAGES)
FACES = "unzippedFaces/<person>/[1.6/]<session>/<frame>.jpg"


@dataclass
class Survey:
    """What a walk through the folders of speakers and of faces saw.

    Arguments
    ---------
    face_folders: where walks through images begin; all others go through audio.
    files: number of files of each kind.
    odd: paths whose last name cannot be part of an id.
    misplaced: path and reason of files where none is looked for, or of a kind that is not read.
    broken: path and reason of links that lead nowhere.
    homes: real path of a speaker's folder -> the speaker.
    linked: path, real path and speaker of folders of utterances that are reached by a link.
    utterances: where audio is expected, for messages; empty where none is walked to.
    """

    face_folders: frozenset[str] = frozenset()
    files: dict[Kind, int] = field(default_factory=lambda: {AUDIO_FILES: 0, FACE_IMAGES: 0})
    odd: set[str] = field(default_factory=set)
    misplaced: dict[Kind, list[tuple[str, str]]] = field(
        default_factory=lambda: {AUDIO_FILES: [], FACE_IMAGES: []}
    )
    broken: dict[Kind, list[tuple[str, str]]] = field(
        default_factory=lambda: {AUDIO_FILES: [], FACE_IMAGES: []}
    )
    homes: dict[str, str] = field(default_factory=dict)
    linked: list[tuple[str, str, str]] = field(default_factory=list)
    utterances: str = ""

    @classmethod
    def joined(cls, surveys: Iterable["Survey"]) -> "Survey":
        """Return the survey of all that others are of, before a walk."""
        whole = cls()
        surveys = list(surveys)
        whole.utterances = " or ".join(
            dict.fromkeys(survey.utterances for survey in surveys if survey.utterances)
        )
        for survey in surveys:
            whole.face_folders |= survey.face_folders
            for kind in KINDS:
                whole.files[kind] += survey.files[kind]
                whole.misplaced[kind] += survey.misplaced[kind]
                whole.broken[kind] += survey.broken[kind]
        return whole

    def look_at_root(self, kind: Kind, root: Path) -> None:
        """Look for files beside the folders of speakers or people, and for links to nothing."""
        for entry in visible(root):
            if is_folder(entry):
                continue
            if entry.name.lower().endswith(kind.suffixes):
                self.files[kind] += 1
                self.misplaced[kind].append((entry.path, "in nobody's folder"))
            elif entry.is_symlink() and not Path(entry.path).exists():
                self.broken[kind].append((entry.path, DANGLING))

    def look(self, folder: Folder) -> None:
        """Look at a folder on a walk from a speaker's folder on, or from a person's faces."""
        kind = FACE_IMAGES if folder.root in self.face_folders else AUDIO_FILES
        names = [
            name
            for entry in folder.files
            if (name := entry.name).endswith(kind.suffixes) or name.lower().endswith(kind.suffixes)
        ]
        self.files[kind] += len(names)
        # Of links with such a suffix the reader of the files says the same.
        for path, why in folder.broken:
            if not path.lower().endswith(kind.suffixes):
                self.broken[kind].append((path, why))
        if kind is AUDIO_FILES:
            speaker = folder.root.rpartition("/")[2]
            if folder.depth == 0:
                self.homes[folder.above[0]] = speaker
            elif folder.is_linked:
                self.linked.append((folder.path, folder.above[-1], speaker))
        if kind is AUDIO_FILES and len(names) < len(folder.files):
            self._look_for_unread(folder, names)
        if names and folder.depth in kind.depths:
            self._look_at_names(kind, folder, names)
        elif names:
            levels = folder.depth - max(kind.depths)
            reason = f"{levels} folders too deep" if levels > 0 else "without a session's folder"
            self.misplaced[kind] += [(f"{folder.path}/{name}", reason) for name in names]

    def skipped(self, kind: Kind) -> list[tuple[str, str]]:
        """Return path and reason of the files of a kind and the links that are passed over."""
        return self.misplaced[kind] + self.broken[kind]

    def check(self, data: Iterable[Path], limit: float) -> None:
        """Raise an :class:`InputError` if a corpus cannot serve as it is; warn of what is left out.

        Arguments
        ---------
        data: the corpus folders, for messages.
        limit: share of the files of a kind that may lie where none is looked for.
        """
        where = " and ".join(map(str, data))
        check_names(sorted(self.odd))
        self._check_links()
        for kind, misplaced in self.misplaced.items():
            if not misplaced:
                continue
            path, reason = min(misplaced)
            expected = self.utterances if kind is AUDIO_FILES else FACES
            message = (
                f"{len(misplaced)} of {self.files[kind]} {kind.what} in {where} lie where none is "
                f"looked for (first: {path!r}, {reason}): expected {expected}"
            )
            if len(misplaced) > limit * self.files[kind]:
                raise InputError(f"{message}; move them there")
            logger.warning("%s", message)
        if self.utterances and self.files[AUDIO_FILES] == len(self.misplaced[AUDIO_FILES]):
            others = ", ".join(AUDIO_SUFFIXES[1:])
            raise InputError(f"no audio in {where}: expected {self.utterances} (or {others})")
        if broken := sorted(self.broken[AUDIO_FILES] + self.broken[FACE_IMAGES]):
            logger.warning("%d links lead nowhere (first: %r, %s)", len(broken), *broken[0])

    def _check_links(self) -> None:
        """A recording under two speakers teaches nonsense, and may be in two sets."""
        for path, real, speaker in self.linked:
            for place in (real, *map(str, Path(real).parents)):
                if self.homes.get(place, speaker) != speaker:
                    raise InputError(
                        f"{path!r} is a link into the folder of another speaker, "
                        f"{self.homes[place]!r}: remove it"
                    )

    def _look_at_names(self, kind: Kind, folder: Folder, names: list[str]) -> None:
        of_id = folder.depth + 1 if kind is AUDIO_FILES else folder.depth
        own = "/".join([*folder.path.rsplit("/", of_id)[1:], *names])
        # What is printable is neither white space nor odd, but for the space; nearly all names are.
        if folder.path.isprintable() and own.isprintable() and " " not in own:
            return
        parts = folder.path.split("/")
        for at, name in enumerate(parts):
            pattern = ODD if at >= len(parts) - of_id else NO_UTF8
            if pattern.search(name):
                self.odd.add("/".join(parts[: at + 1]))
        self.odd.update(f"{folder.path}/{name}" for name in names if ODD.search(name))

    def _look_for_unread(self, folder: Folder, names: list[str]) -> None:
        stems = {Path(name).stem for name in names}
        for entry in folder.files:
            name = Path(entry.name)
            if name.suffix.lower() in UNREAD_SUFFIXES and name.stem not in stems:
                self.files[AUDIO_FILES] += 1
                self.misplaced[AUDIO_FILES].append(
                    (entry.path, f"{name.suffix} is not read: convert it")
                )


def folders_to_walk(layout: CorpusLayout) -> tuple[list[Path], Survey]:
    """Return the folders of speakers and of faces, and the survey that looks at them.

    Raises
    ------
    InputError: a folder cannot be listed.
    """
    people = [folder for group in layout.face_folders.values() for folder in group]
    faces = [sessions_folder(person) for person in people]
    survey = Survey(frozenset(map(str, faces)), utterances=layout.utterances)
    for kind, roots in ((AUDIO_FILES, layout.audio_roots), (FACE_IMAGES, layout.face_roots)):
        for root in roots:
            survey.look_at_root(kind, root)
    speakers = [folder for group in layout.speaker_folders.values() for folder in group]
    return [*speakers, *faces], survey


def teacher_faces_to_walk(folder: Path, survey: Survey) -> list[Path]:
    """Return the folders of faces of people who are not in the corpus; the survey looks at them.

    Raises
    ------
    InputError: there is nobody, or a folder cannot be listed.
    """
    return faces_to_walk(people_of(folder), folder, survey)


def faces_to_walk(people: Iterable[Path], folder: Path, survey: Survey) -> list[Path]:
    """Return the folders of the faces of some people of a folder; the survey looks at them."""
    faces = [sessions_folder(person) for person in people]
    survey.face_folders |= frozenset(map(str, faces))
    survey.look_at_root(FACE_IMAGES, folder)
    return faces
