"""Where everything of an experiment lies, and which stage makes it.

::

    <exp>/data/report.json, skipped.tsv
    <exp>/data/<set>/cuts.jsonl.gz, images.jsonl.gz, trials/*.txt        stage 1
    <exp>/data/<set>/items.tsv, of a modality of one's own               stage 1
    <exp>/data/test/enrolment/*.txt, utt2spk                             stage 1
    <exp>/data/<set>/quality/speech.tsv, image.tsv                       stage 2
    <exp>/<teacher>/settings.json, save/, inputs/<set>/, report.json     stage 3
    <exp>/<teacher>/targets/                                             stage 4
    <exp>/<student>/settings.json, save/, train_log.tsv                  stages 5 and 6
    <exp>/<student>/embeddings/<set>/, calibration.json                  stage 7
    <exp>/tests/<name>/report.json, test/...                             as in data/
    <exp>/<student>/scores/, <exp>/RESULTS.md, results.json, report.html stage 8
    <exp>/<student>/export/                                              stage 9
"""

import os
from pathlib import Path


class Stage:
    """The stages of a recipe, by what they make, as messages name them: their numbers stand here.

    Example
    -------
    >>> f"run {Stage.MANIFESTS} again"
    'run stage 1 again'
    """

    CORPUS = "stage 0"
    MANIFESTS = "stage 1"
    QUALITY = "stage 2"
    RATED_SETS = "stages 1 and 2"
    TEACHER = "stage 3"
    TARGETS = "stage 4"
    BASELINE = "stage 5"
    DISTILLED = "stage 6"
    STUDENT = "stage 5 or 6"
    EMBEDDINGS = "stage 7"
    REPORT = "stage 8"
    EXPORT = "stage 9"


def stages(first: str, last: str) -> str:
    """Name the stages from one to another.

    Example
    -------
    >>> stages(Stage.MANIFESTS, Stage.QUALITY), stages(Stage.TARGETS, Stage.EMBEDDINGS)
    ('stages 1 and 2', 'stages 4 to 7')
    """
    start, end = (int(stage.removeprefix("stage ")) for stage in (first, last))
    return f"stages {start} {'and' if end == start + 1 else 'to'} {end}"


# Sets: folders of the data folder.
TRAIN, DEV, TEST = "train", "dev", "test"
SETS = (TRAIN, DEV, TEST)
TEACHER_SET = "teacher"  # people who train the teacher alone
UNSEEN = "unseen"  # classes of images that are in no training set

# Files of an experiment's folder.
DATA = "data"
TESTS = "tests"
RESULTS = "RESULTS.md"
REPORT_RECORD = "results.json"  # what RESULTS.md was made from
COMMANDS = "commands.tsv"

# Files of the data folder.
REPORT = "report.json"
SKIPPED = "skipped.tsv"
POOL = "pool.jsonl.gz"  # images that training sets are sampled from

# Files of a set's folder; all but the quality are made together.
CUTS = "cuts.jsonl.gz"
IMAGES = "images.jsonl.gz"
ITEMS = "items.tsv"  # of a modality that is neither speech nor images
MANIFESTS = (CUTS, IMAGES, ITEMS)
TRIALS = "trials"
ENROLMENT = "enrolment"
UTT2SPK = "utt2spk"
QUALITY = "quality"
SPEECH_QUALITY = f"{QUALITY}/speech.tsv"
IMAGE_QUALITY = f"{QUALITY}/image.tsv"
CONTENT = "content.sha256"  # beside the tables: a hash of the samples and pixels they are of

# Files of a teacher's or a student's folder.
SETTINGS = "settings.json"
INPUTS = "inputs"  # what a frozen encoder made
TARGETS = "targets"
TEACHER_REPORT = "report.json"
EMBEDDINGS = "embeddings"
CALIBRATION = "calibration.json"
SCORES = "scores"
CLASS_LABELS = "labels.tsv"  # where classes are not simply the speakers
CLASS_REPORT = "labels.json"
EXPORT = "export"
EXPORT_REPORT = "report.json"  # in it


def trial_list(folder: Path) -> Path:
    """Return where the trials are that stage 1 samples in a set: ``<set>/trials/<set>.txt``.

    Example
    -------
    >>> trial_list(Path("exp/data/dev")).as_posix()
    'exp/data/dev/trials/dev.txt'
    """
    return trials_of(folder) / f"{folder.name}.txt"


def trials_of(folder: Path) -> Path:
    """Return the folder of a set's trial lists."""
    return folder / TRIALS


def enrolment_of(folder: Path, stem: str) -> Path:
    """Return where the models of a set's trial list of this stem are enrolled, if it has any."""
    return folder / ENROLMENT / f"{stem}.txt"


def utt2spk_of(folder: Path) -> Path:
    """Return where it is written who speaks in the utterances, and of whom the models are."""
    return folder / UTT2SPK


def student_named(name: str, beside: Path, student_yaml: Path, seed: int) -> Path:
    """Return another student's folder, named as seen from one that is trained with the same.

    Arguments
    ---------
    name: a path in which ``{seed}`` is the seed and ``{student}`` the student's YAML.
    beside: folder of the student that is trained.

    Example
    -------
    >>> cells, yaml = Path("exp/ablation"), Path("conf/student_small.yaml")
    >>> student_named("../../soft/seed{seed}", cells / "hard" / "seed2", yaml, 2).as_posix()
    'exp/ablation/soft/seed2'
    """
    name = name.replace("{seed}", str(seed)).replace("{student}", student_yaml.stem)
    return Path(os.path.normpath(beside / name))
