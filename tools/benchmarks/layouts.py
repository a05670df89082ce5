#!/usr/bin/env python3
"""One test set in four layouts: whether trials, embeddings and EER are the same, bit for bit.

Writes a corpus in VoxCeleb's layout as a Kaldi directory, a CSV and a CutSet, prepares, measures,
embeds and scores each as ``run.sh --test`` does, and prints a row for each.
"""

import argparse
import csv
import hashlib
import shutil
from pathlib import Path

import numpy as np
from lhotse import CutSet, MonoCut

from speechdistill.corpora.export_kaldi import export_kaldi
from speechdistill.corpora.manifests import iterate_cuts
from speechdistill.corpora.prepare import PreparationSettings, prepare_corpus
from speechdistill.corpora.prepare_test import TestSettings, prepare_test_set
from speechdistill.quality.compute import compute_quality
from speechdistill.reporting.evaluation import evaluate_list
from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.storage.places import SETS
from speechdistill.students.extraction import extract_embeddings
from speechdistill.verification.scoring.score_list import score_list
from speechdistill.verification.trials.trial_list import TrialList


def write_layouts(data: Path, corpus: Path, output: Path) -> dict[str, Path]:
    """Write what stage 1 made of a corpus in three other layouts."""
    cuts = [cut for name in SETS for cut in iterate_cuts(data / name)]
    export_kaldi(data, SETS, output / "kaldi")
    for name in ("table", "cutset"):
        (output / name).mkdir(parents=True)
        shutil.copy(corpus / "veri_test2.txt", output / name)
    with (output / "table/own.csv").open("w", newline="") as to:
        writer = csv.writer(to)
        writer.writerow(["id", "path", "speaker", "session", "sex"])
        writer.writerows(map(row_of, cuts))
    CutSet.from_cuts(cuts).to_file(output / "cutset/cuts.jsonl.gz")
    return {"voxceleb": corpus} | {name: output / name for name in ("kaldi", "table", "cutset")}


def row_of(cut: MonoCut) -> list[str]:
    source, speech = cut.recording.sources[0].source, cut.supervisions[0]
    return [cut.id, source, speech.speaker, cut.session, speech.gender or ""]


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True, help="in VoxCeleb's layout")
    parser.add_argument("--student-exp", type=Path, required=True, help="a trained student")
    parser.add_argument("--output", type=Path, required=True, help="an empty folder")
    arguments = parser.parse_args()
    corpus, output = arguments.corpus.absolute(), arguments.output.absolute()
    decoded = output / "decoded"
    prepare_corpus(PreparationSettings([corpus], output / "data", decoded))
    print("| layout | train, dev | trials | embeddings | EER % |\n|---|---|---|---|---|")
    for name, place in write_layouts(output / "data", corpus, output / "layouts").items():
        prepare_corpus(PreparationSettings([place], output / "all" / name, decoded))
        lists = [output / "all" / name / part for part in ("train/trials", "dev/trials")]
        sampled = b"".join(path.read_bytes() for each in lists for path in each.iterdir())
        # The speakers that are tested were trained on by nobody here: a set of strangers stands in.
        strangers = output / "all" / name / "train"
        folder = output / "tests" / name
        prepare_test_set(TestSettings(place, folder, decoded, strangers))
        compute_quality(folder / "test", jobs=1, skipped_limit=0)
        student = output / name
        extract_embeddings(arguments.student_exp, {folder / "test": student / "embeddings"})
        vectors = KeyedVectors.load(student / "embeddings")
        (path,) = (folder / "test/trials").iterdir()
        score_list(path, vectors, vectors, student / f"{path.stem}.txt", 0.0)
        result = evaluate_list(path, {name: student}, 1, replicates=10)
        trials = TrialList.load(path)
        pairs = [
            f"{trials.ids[a]} {trials.ids[b]} {label}"
            for a, b, label in zip(trials.enrol, trials.test, trials.labels, strict=True)
        ]
        eer = result.systems[name].metrics["EER"].value
        row = (
            digest(sampled),
            digest("\n".join(pairs).encode()),
            digest(
                "\n".join(vectors.ids).encode() + np.ascontiguousarray(vectors.vectors).tobytes()
            ),
            f"{100 * eer:.10f}",
        )
        print(f"| {name} | {' | '.join(row)} |", flush=True)


if __name__ == "__main__":
    main()
