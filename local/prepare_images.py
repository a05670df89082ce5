#!/usr/bin/env python3
"""Check images and texts, write manifests and trials.

Writes <output>/{train,dev,test}/images.jsonl.gz, unseen/ with trials if classes are held out,
truth/ of wrong labels and degraded images, texts.tsv, skipped.tsv and report.json. Nothing is done
if neither the arguments nor the images changed since.
"""

from pathlib import Path

from command import Parser, count, run, share, whole

from speechdistill.corpora.images.prepare import ImagePreparation, prepare_images
from speechdistill.corpora.images.splits import SplitSizes
from speechdistill.corpora.images.training_sample import TrainingSample


def main(arguments) -> None:
    per_class = arguments.images_per_class
    prepare_images(
        ImagePreparation(
            data=arguments.data,
            texts=arguments.texts,
            output=arguments.output,
            sizes=SplitSizes(
                per_class, arguments.dev_images, arguments.test_images, arguments.unseen_classes
            ),
            sample=TrainingSample(
                per_class, arguments.label_noise, arguments.degraded, arguments.seed
            ),
            seed=arguments.seed,
            trials=arguments.trials,
            jobs=arguments.nj,
            skipped_limit=arguments.skipped_limit,
        )
    )


if __name__ == "__main__":
    parser = Parser(__doc__)
    add = parser.add_argument
    add("--data", type=Path, required=True, help="folder <class>/**/<image>.jpg or .png")
    add("--texts", type=Path, required=True, help="lines `class<TAB>text`")
    parser.shared(
        "nj",
        output="the folder of all sets",
        seed="the split and of everything sampled",
        skipped_limit="images that may be unusable",
    )
    add("--images-per-class", type=count, default=10, help="for training")
    add("--dev-images", type=count, default=20, help="of each class, to select checkpoints")
    add("--test-images", type=count, default=100, help="of each class")
    add("--unseen-classes", type=whole, default=0, help="held out whole, for verification trials")
    add("--trials", type=count, default=10_000, help="among the unseen classes")
    add("--label-noise", type=share, default=0.0, help="share of wrong training labels")
    add("--degraded", type=share, default=0.0, help="share of degraded training images")
    run(parser, main)
