"""CN-Celeb1 and CN-Celeb2 as they are distributed, in FLAC or converted to WAV."""

import logging
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from speechdistill.base.errors import InputError
from speechdistill.corpora.corpus import Corpus, SpeakerSource, TestList
from speechdistill.corpora.image_manifest import ImageRecord
from speechdistill.corpora.layout import AUDIO_SUFFIXES, visible_files, visible_folders
from speechdistill.corpora.metadata import Speaker
from speechdistill.corpora.survey import Survey
from speechdistill.corpora.utterances import Utterance, list_utterances
from speechdistill.storage.text_lines import read_lines, split_words
from speechdistill.verification.trials.enrolment import read_enrolment

logger = logging.getLogger(__name__)

FORM = "data/<speaker>/<genre>-<n>-<m>.flac, with dev/dev.lst and eval/, or one level below"
DEV_LIST, CN2_LIST, TRIALS = "dev/dev.lst", "spk.lst", "eval/lists/trials.lst"
# Two lists by the names under which their results are known, and whom they enrol.
ENROLMENTS = {"CNC-Eval-Concat.lst": "enroll.lst", "CNC-Eval-Avg.lst": "enroll.map"}
EVALUATED = ("enroll", "test")
NAME = re.compile(r"(?P<genre>[a-z_]+)-\d+-\d+")
DOES = {
    "advertisement": "speaks in advertisements",
    "drama": "acts in television dramas",
    "entertainment": "talks in entertainment shows",
    "interview": "talks in interviews",
    "live_broadcast": "talks in live broadcasts",
    "movie": "acts in films",
    "play": "acts in plays",
    "recitation": "recites",
    "singing": "sings",
    "speech": "gives speeches",
    "vlog": "talks in videos of their own",
}


@dataclass(frozen=True)
class CelebritySpeaker:
    """Where the files of a speaker are.

    Arguments
    ---------
    speaker: who.
    folders: with ``<genre>-<n>-<m>.<suffix>``.
    evaluated: the utterances of ``eval/``.
    """

    speaker: Speaker
    folders: list[Path]
    evaluated: list[Utterance]

    def utterances(self) -> list[Utterance]:
        """List the utterances in order of id, those of ``eval/`` last.

        The session is the genre: a singer's songs have more in common than a video. The text says
        in which genres the speaker is heard.
        """
        listed = list_utterances(self.speaker.id, self.folders)
        found = [*(_of_genre(each, each.session) for each in listed), *self.evaluated]
        text = _describe(sorted({each.session for each in found if NAME.fullmatch(_stem(each))}))
        return [replace(each, text=text) for each in found]

    def images(self) -> tuple[list[ImageRecord], list[tuple[str, str]]]:
        """List no image: there are none."""
        return [], []


def detect(path: Path) -> bool:
    """Whether there are files with a genre in their names below ``data``."""
    return path.is_dir() and bool(_roots(path))


def read(paths: Sequence[Path]) -> Corpus:
    """Find CN-Celeb1, CN-Celeb2 or both, and the trials with whom their models are enrolled.

    An utterance of ``data`` is called ``<speaker>/<stem>``, one of ``eval`` as the lists call it.
    """
    roots = [root for path in paths for root in _roots(path.resolve())]
    if not roots:
        raise InputError(f"no CN-Celeb in {' and '.join(map(str, paths))}: expected {FORM}")
    for path in map(Path.resolve, paths):
        for place in (path, *visible_folders(path)):
            if (place / TRIALS).is_file() and place not in roots:
                files = FORM.partition(",")[0]
                raise InputError(f"{place} has {TRIALS}, but not {files}: complete it")
    folders: dict[str, list[Path]] = {}
    parts: dict[str, str] = {}
    tables = []
    for root in roots:
        found = {folder.name: folder for folder in visible_folders(root / "data")}
        for name, folder in found.items():
            folders.setdefault(name, []).append(folder)
        for table in (root / DEV_LIST, root / CN2_LIST):
            if table.is_file():
                tables.append(table)
                parts |= _parts(table, found)
    places = {
        name: [root / "eval" / name for root in roots if (root / "eval" / name).is_dir()]
        for name in EVALUATED
    }
    evaluated: dict[str, list[Utterance]] = {}
    for name, own in places.items():
        for each in list_utterances(name, own):
            who, _, stem = each.session.partition("-")
            utterance = replace(each, speaker=who)
            evaluated.setdefault(who, []).append(_of_genre(utterance, stem))
    speakers: dict[str, SpeakerSource] = {
        name: CelebritySpeaker(
            Speaker(name, part=parts.get(name)), folders.get(name, []), evaluated.get(name, [])
        )
        for name in sorted(folders.keys() | evaluated.keys())
    }
    trials, lists = _trials(roots)
    texts = [place / "speaker_text.tsv" for place in dict.fromkeys([*paths, *roots])]
    return Corpus(
        speakers,
        _by_speaker,
        trials,
        [TRIALS],
        [path for path in texts if path.is_file()],
        [*tables, *lists],
        folders=[place for group in (folders, places) for own in group.values() for place in own],
        survey=Survey(utterances=FORM),
    )


def _roots(path: Path) -> list[Path]:
    """Return the folders with such a ``data``, right here or one level below."""
    return [place for place in (path, *visible_folders(path)) if _has_genres(place / "data")]


def _has_genres(data: Path) -> bool:
    for folder in visible_folders(data) if data.is_dir() else []:
        for entry in visible_files(folder, AUDIO_SUFFIXES):
            return NAME.fullmatch(Path(entry.name).stem) is not None
    return False


def _parts(table: Path, found: dict[str, Path]) -> dict[str, str]:
    """Say which speakers train: those of the list; the others of its corpus are for the trials."""
    lines = read_lines(table, "list of speakers", "a speaker per line")
    listed = [words[0] for line in lines if (words := split_words(line))]
    if missing := [name for name in listed if name not in found]:
        logger.warning(
            "%d of %d speakers of %s have no folder in data (first: %s): they are left out",
            *(len(missing), len(listed), table, missing[0]),
        )
    return dict.fromkeys(found, "test") | dict.fromkeys(listed, "dev")


def _trials(roots: Sequence[Path]) -> tuple[list[TestList], list[Path]]:
    trials, lists = [], []
    for root in roots:
        if not (root / TRIALS).is_file():
            continue
        for name, table in ENROLMENTS.items():
            path = (root / TRIALS).with_name(table)
            if path.is_file():
                models = {
                    model: [_in_data(utterance) for utterance in utterances]
                    for model, utterances in read_enrolment(path).items()
                }
                trials.append(TestList(root / TRIALS, models, name))
                lists.append(path)
        if not lists:
            raise InputError(
                f"neither enroll.lst nor enroll.map is beside {root / TRIALS}: its models are "
                "enrolled with what these lists say"
            )
    return trials, lists


def _in_data(name: str) -> str:
    """Call an utterance of an enrolment list by its id: lists say it in several ways."""
    name = name.removeprefix("eval/").removeprefix("data/")
    return name if "/" in name else name.replace("-", "/", 1)


def _by_speaker(names: Iterable[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name in names:
        first, _, rest = name.partition("/")
        who = rest.partition("-")[0] if first in EVALUATED else first
        found.setdefault(who, set()).add(name)
    return found


def _of_genre(utterance: Utterance, stem: str) -> Utterance:
    match = NAME.fullmatch(stem)
    # The concatenation of an enrolment is of several genres.
    return utterance if match is None else replace(utterance, session=match["genre"])


def _stem(utterance: Utterance) -> str:
    stem = utterance.path.stem
    return stem.removeprefix(f"{utterance.speaker}-")


def _describe(genres: Sequence[str]) -> str | None:
    """Say in a sentence in which genres somebody is heard.

    Example
    -------
    >>> _describe(["interview", "singing", "vlog"])
    'A person who talks in interviews, sings and talks in videos of their own.'
    """
    if not genres:
        return None
    *others, last = (DOES.get(each, f"is heard in {each.replace('_', ' ')}") for each in genres)
    return f"A person who {', '.join(others)}{' and ' if others else ''}{last}."
