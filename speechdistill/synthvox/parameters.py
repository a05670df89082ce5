"""What a generated corpus depends on, and how a folder remembers it."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from speechdistill.base.errors import InputError
from speechdistill.storage.files import write_text_whole

GENERATOR_VERSION = 1
# Of three, two at least are of one sex: there are non-target trials.
FEWEST_TEST_SPEAKERS = 3


@dataclass(frozen=True)
class CorpusParameters:
    """Size and nature of a corpus.

    Arguments
    ---------
    speakers: people in all, those of the trials included.
    test_speakers: the last ones, that the trials are about.
    sessions: per person, 2 or more.
    utterances, images: per session.
    shared: share of the variance of a face's geometry that the voice carries too, 0 to 1.
    seed: of everything random.
    face_people: people of whom there are faces alone, for the teacher; none of them speaks.

    Raises
    ------
    InputError: a number is out of its range.

    Example
    -------
    >>> CorpusParameters(speakers=10, test_speakers=10)
    Traceback (most recent call last):
    speechdistill.base.errors.InputError: 10 test speakers of 10 speakers: give 3 to 8 test speakers
    """

    speakers: int = 160
    test_speakers: int = 40
    sessions: int = 4
    utterances: int = 4
    images: int = 4
    shared: float = 0.5
    seed: int = 1
    face_people: int = 0

    def __post_init__(self) -> None:
        # Two speakers at least remain for training.
        most = self.speakers - 2
        if most < FEWEST_TEST_SPEAKERS:
            raise InputError(f"{self.speakers} speakers are too few: give 5 or more")
        if not FEWEST_TEST_SPEAKERS <= self.test_speakers <= most:
            raise InputError(
                f"{self.test_speakers} test speakers of {self.speakers} speakers: "
                f"give {FEWEST_TEST_SPEAKERS} to {most} test speakers"
            )
        for name, lowest in (
            ("sessions", 2),
            ("utterances", 1),
            ("images", 1),
            ("seed", 0),
            ("face_people", 0),
        ):
            if getattr(self, name) < lowest:
                raise InputError(f"{name} is {getattr(self, name)}: give {lowest} or more")
        if not 0 <= self.shared <= 1:
            raise InputError(f"shared is {self.shared}: give a share from 0 to 1")


def claim_folder(folder: Path, parameters: CorpusParameters) -> None:
    """Note the parameters in a new folder, or check that they are those noted in an old one.

    Raises
    ------
    InputError: the folder holds something else, or a corpus made with other parameters.

    Example
    -------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> claim_folder(folder, CorpusParameters(seed=1))
    >>> claim_folder(folder, CorpusParameters(seed=1))
    >>> claim_folder(Path("/dev/null"), CorpusParameters())
    Traceback (most recent call last):
    speechdistill.base.errors.InputError: /dev/null is not a folder: give another one
    """
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder} is not a folder: give another one")
    noted = folder / "truth" / "parameters.json"
    wanted = {"generator_version": GENERATOR_VERSION, **asdict(parameters)}
    if not noted.exists():
        if folder.is_dir() and any(folder.iterdir()):
            raise InputError(f"{folder} is not empty and no synthvox corpus: give a new folder")
        write_text_whole(noted, json.dumps(wanted, indent=2) + "\n")
        return
    try:
        found = json.loads(noted.read_text())
    except ValueError as error:
        raise InputError(f"{noted} is broken ({error}): remove {folder}") from error
    if found != wanted:
        differing = [name for name in wanted if found.get(name) != wanted[name]]
        name = differing[0] if differing else "generator_version"
        raise InputError(
            f"{folder} holds a corpus made with {name} {found.get(name)}, not {wanted.get(name)}: "
            "give another folder or remove this one"
        )
