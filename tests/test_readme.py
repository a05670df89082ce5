"""Every command and every Python example of the READMEs is run, small."""

import itertools
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

import speechdistill
from speechdistill.commands.main import main
from speechdistill.corpora.registry import corpus_kinds
from speechdistill.inference.gallery import Gallery
from tests.corpora.media import write_image
from tests.image_classes import make_classes
from tests.tiny_cn_celeb import make_cn_celeb
from tests.tiny_corpus import make_corpus
from tests.tiny_student import make_recordings, make_student
from tests.warm_python import warm_environment

ROOT = Path(__file__).parents[1]
READMES = [ROOT / "README.md", *sorted(ROOT.glob("recipes/*/README.md"))]
SMALL = (
    "--number_of_epochs 1 --batch_size 4 --sentence_len 1.0 --num_workers 0 --nj 2 "
    "--teacher.number_of_epochs 1 --teacher.image_size 32"
)

# That the synthvox recipe trains.
STUDENT = "recipes/synthvox/exp/student_small-distill_joint_clusters"

ROWS = """\
none         conf/distill_none.yaml
hard         conf/distill_feature.yaml --feature_margin 0
soft_0.4     conf/distill_feature.yaml --feature_margin 0.4
shuffled_0.4 conf/distill_feature.yaml --feature_margin 0.4 --control shuffled
"""

PARTS = ("student", "teacher", "distill")

# What the small run of an ablation puts values of its own in the place of.
REPLACED = r" --(seeds|settings|rows|exp|images-per-class|conditions) \S+"


def blocks(readme: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", readme.read_text(), re.MULTILINE | re.DOTALL)


def lines() -> Iterator[tuple[Path, Path, str]]:
    """Every line of every bash block: its README, its folder after the `cd` lines, and itself."""
    for readme in READMES:
        for block in blocks(readme, "bash"):
            folder = readme.parent
            for line in block.strip().splitlines():
                if line.startswith("cd "):
                    folder = ROOT / line[3:]
                else:
                    yield readme, folder, line


def is_installed(line: str) -> bool:
    return line.startswith("speechdistill ")


def commands() -> list:
    """Every command; ablations that would be the same once made small once."""
    found, ablations = [], set()
    for readme, folder, line in lines():
        if is_installed(line):
            continue
        if "ablation.sh" in line:
            small = (folder, re.sub(REPLACED, "", line))
            if small in ablations:
                continue
            ablations.add(small)
        # With --data, test_run_whole.py runs the same to its end.
        whole = readme == READMES[0] and "--data" not in line
        found.append(pytest.param(folder, line, whole, id=f"{readme.parent.name}: {line}"))
    return found


def synthvox_options(folder: Path) -> str:
    return (
        f"--data {folder / 'synthvox'} --speakers 10 --test-speakers 3 --sessions 2 --utterances 2"
        " --face-people 3"
    )


def made_small_images(line: str, folder: Path) -> str:
    """The command on a few images of few classes: up to stage 1, but for an ablation."""
    if "check_image_quality.py" in line:
        exp = f"{folder}/exp/degraded"
        made = f"./run.sh --stop-stage 2 --degraded 0.5 --images-per-class 10 --exp {exp}"
        return f"{made} && {line.replace('exp/degraded', exp)}"
    classes, texts = make_classes(folder, images=40)
    line = line.replace("/path/to/images", str(classes)).replace("/path/to/texts.tsv", str(texts))
    is_ablation = "ablation.sh" in line
    line = re.sub(REPLACED if is_ablation else r" --exp \S+", "", line)
    line += f" --exp {folder / 'exp'}"
    line += " --people 4 --unseen-classes 2" if "synthvox" in line else ""
    if not is_ablation:
        return line if "--stop-stage" in line else f"{line} --stop-stage 1"
    (folder / "rows.txt").write_text(ROWS.splitlines()[0])
    small = "--seeds 1 --images-per-class 2 --conditions clean --views 4 --batch_size 4 --nj 2"
    return f"{line} --rows {folder / 'rows.txt'} {small} --teacher.number_of_epochs 1"


def made_small(line: str, is_synthvox: bool, whole: bool, folder: Path) -> str:
    """The command on tiny corpora; those of a recipe's own README show options: up to stage 1."""
    if "check_quality.py" in line:
        line = line.replace("corpus/", f"{folder}/synthvox/").replace(" exp/", f" {folder}/exp/")
        made = f"./run.sh --stop-stage 4 --exp {folder / 'exp'} {synthvox_options(folder)} {SMALL}"
        return f"{made} && {line}"
    if "voice_traits" in line:
        return made_ideal(line, folder)
    if "/path/to/CN-Celeb" in line:
        return made_cn_celeb(line, folder)
    voxceleb1 = make_corpus(folder / "VoxCeleb1")
    line = line.replace("/path/to/VoxCeleb1", str(voxceleb1))
    recipe = ROOT / "tests" / "training" / "speechbrain_recipe.yaml"
    line = line.replace("/path/to/train_ecapa_tdnn.yaml", str(recipe))
    if "/path/to/VoxCeleb2" in line:
        voxceleb2 = make_corpus(folder / "VoxCeleb2", first=20001)
        (voxceleb2 / "veri_test2.txt").unlink()
        line = line.replace("/path/to/VoxCeleb2", str(voxceleb2))
    for name in re.findall(r"lists/(\w+\.txt)", line):
        shutil.copy(voxceleb1 / "veri_test2.txt", folder / name)
    line = line.replace("lists/", f"{folder}/")
    is_ablation = "ablation.sh" in line or "gap.sh" in line
    line = re.sub(REPLACED if is_ablation else r" --exp \S+", "", line)
    line += f" --exp {folder / 'exp'}"
    if is_synthvox:
        line += f" {synthvox_options(folder)}"
    if is_ablation:
        rows = ROWS if "gap.sh" in line else ROWS.splitlines()[0]
        (folder / "rows.txt").write_text(rows)
        line += f" --rows {folder / 'rows.txt'} --seeds 1 --conditions false --dev-speakers 2"
        line += " --settings 0.5" if "gap.sh" in line else ""
        return f"{line} {SMALL}"
    return f"{line} {SMALL}" if whole else f"{line} --stop-stage 1"


def made_cn_celeb(line: str, folder: Path) -> str:
    """The command on a tiny CN-Celeb, up to stage 1."""
    corpus, faces = make_cn_celeb(folder / "CN-Celeb"), folder / "faces"
    write_image(faces / "id00001/interview/1.jpg")
    line = line.replace("/path/to/CN-Celeb", str(corpus)).replace("/path/to/faces", str(faces))
    return f"{re.sub(r' --exp .*', '', line)} --exp {folder / 'exp'} --stop-stage 1"


def made_ideal(line: str, folder: Path) -> str:
    """The command on the traits of a tiny corpus, or with a teacher that knows them."""
    line = line.replace("exp/voice_traits", f"{folder}/voice_traits")
    line = line.replace("exp/ablation/corpus", f"{folder}/synthvox")
    made = f"./run.sh --stop-stage 0 --exp {folder / 'exp'} {synthvox_options(folder)}"
    if "ablation.sh" not in line:
        return f"{made} && {line}"
    traits = f"make_trait_vectors.py --truth {folder}/synthvox/truth --output {folder}/voice_traits"
    line = re.sub(r" --(exp|data|rows|seeds) \S+", "", line)
    (folder / "rows.txt").write_text("ideal conf/distill_soft.yaml\n")
    small = f"--rows {folder / 'rows.txt'} --seeds 1 --conditions false --dev-speakers 2"
    return (
        f"{made} && {sys.executable} ../../local/{traits} && {line} --exp {folder / 'exp'} {small} "
        f"{synthvox_options(folder)} {SMALL.split(' --teacher.')[0]}"
    )


def make_scorable(folder: Path) -> None:
    """Embeddings, trials and scores, made up."""
    generator = np.random.default_rng(0)
    ids = [f"speaker{number // 4}/video/{number}" for number in range(40)]
    vectors = np.repeat(generator.normal(size=(10, 8)), 4, axis=0) + generator.normal(size=(40, 8))
    np.savez(folder / "embeddings.npz", ids=ids, vectors=vectors)
    pairs = list(itertools.combinations(range(40), 2))
    with (folder / "trials.txt").open("w") as trials, (folder / "scores.txt").open("w") as scores:
        for first, second in pairs:
            trials.write(f"{int(first // 4 == second // 4)} {ids[first]} {ids[second]}\n")
            scores.write(f"{ids[first]} {ids[second]} {vectors[first] @ vectors[second]}\n")


def make_usable(folder: Path) -> None:
    """What the section "Use it" names: a student, recordings, somebody in a gallery."""
    student = make_student(folder / STUDENT)
    recordings = make_recordings(folder / "recordings")
    for name, source in (("ann.wav", "a.wav"), ("ann2.flac", "b.flac"), ("call.mp3", "c.ogg")):
        soundfile.write(folder / name, *soundfile.read(recordings[source]))
    embedder = speechdistill.load(student)
    gallery = Gallery.empty(embedder.reference, embedder.name)
    gallery.with_person("bob", embedder.reference[None]).save(folder / "people.gallery")


@pytest.mark.parametrize("line", [line for _, _, line in lines() if is_installed(line)])
def test_installed_command(line, tmp_path, monkeypatch):
    """On a tiny student, recordings, trials and embeddings, where there is no repository."""
    make_usable(tmp_path)
    make_scorable(tmp_path)
    outputs = [tmp_path / name for name in re.findall(r" (?:-o|--output|--det-plot) (\S+)", line)]
    for path in outputs:
        path.unlink(missing_ok=True)
    monkeypatch.chdir(tmp_path)
    before = set(tmp_path.iterdir())
    main(shlex.split(line)[1:])
    assert set(tmp_path.iterdir()) - before == set(outputs)


@pytest.mark.slow
@pytest.mark.parametrize(("folder", "line", "whole"), commands())
def test_command(folder, line, whole, tmp_path):
    is_images = folder.name == "imagetext"
    environment = {"OMP_NUM_THREADS": "1"}
    if folder != ROOT:  # what the first README says runs as it stands
        environment["VIRTUAL_ENV"] = str(warm_environment())
    process = subprocess.run(
        made_small_images(line, tmp_path)
        if is_images
        else made_small(line, "synthvox" in f"{folder}/{line}", whole, tmp_path),
        shell=True,
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
    )
    assert process.returncode == 0, process.stderr
    if (whole and "run.sh" in line) or "ablation.sh" in line or "gap.sh" in line:
        assert ("error" if is_images else "EER") in process.stdout
        report = "SWEEP.md" if "--sweep" in line else "RESULTS.md"
        assert (tmp_path / "exp" / report).exists()


@pytest.mark.parametrize(
    "code",
    [
        pytest.param(code, id=f"{readme.parent.name}-{number}")
        for readme in READMES
        for number, code in enumerate(blocks(readme, "python"))
    ],
)
def test_python_example(code, tmp_path, monkeypatch):
    if "speechdistill.load" in code:
        make_usable(tmp_path)
        monkeypatch.chdir(tmp_path)
    exec(compile(code, "README.md", "exec"), {})


def test_there_is_something_to_run():
    lines = [parameter.values[1] for parameter in commands()]
    assert "./recipes/synthvox/run.sh" in lines
    assert "./ablation.sh --seeds 5" in lines


def test_tables_of_rows_that_commands_name_are_there():
    named = [(folder, re.findall(r"--rows (\S+)", line)) for _, folder, line in lines()]
    tables = [folder / name for folder, names in named for name in names]
    assert tables and all(table.is_file() for table in tables)


def documents() -> list[Path]:
    folders = (".", "speechdistill/*", "tools/benchmarks", "recipes/*", "recipes/*/results")
    return [path for folder in folders for path in sorted(ROOT.glob(f"{folder}/*.md"))]


def anchors(document: Path) -> set[str]:
    """Of its headings, as GitHub makes them."""
    titles = re.findall(r"^#+ (.+)$", document.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("document", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_documents_lead_somewhere(document):
    for target, anchor in re.findall(r"\]\(([^)#:\s]*)(?:#([^)\s]+))?\)", document.read_text()):
        path = document.parent / target if target else document
        assert path.exists(), target
        assert not anchor or anchor in anchors(path), f"{target}#{anchor}"


def test_what_is_shipped_is_in_a_table():
    conf = ROOT / "recipes" / "voxceleb" / "conf"
    front, recipe = (path.read_text() for path in (READMES[0], conf.with_name("README.md")))
    for yaml in [path for role in PARTS for path in conf.glob(f"{role}_*.yaml")]:
        assert f"`{yaml.stem}`" in front, yaml
    for yaml in conf.glob("teacher_*.yaml"):
        assert f"| [conf/{yaml.name}](conf/{yaml.name}) |" in recipe, yaml
    for kind in corpus_kinds():
        assert f"| `{kind}` |" in recipe
    every = "".join(path.read_text() for path in documents())
    for rows in ROOT.glob("recipes/*/conf/*_rows.txt"):
        assert f"conf/{rows.name}" in every, rows
