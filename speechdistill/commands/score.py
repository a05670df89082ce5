"""Score a trial list from anybody's embeddings, and write `enrol test score` per trial.

Trial lists: `1 a.wav b.wav` (VoxCeleb), `a b target` (Kaldi), `a b 1` (CN-Celeb), `a b` (VoxSRC).
Embeddings: a folder with vectors.npy and ids.txt, X.npy with its ids in X.ids, X.txt or ids.txt, an
.npz, or Kaldi's .scp or .ark. Ids and names match with or without the extension of an audio file.

By default a score is the cosine of two embeddings. --training-embeddings teach --subtract-mean,
--whiten, --lda and --plda, done in this order. --snorm normalises the scores by a cohort: by its
--top-n speakers nearest to either side (AS-norm), or by all of them (S-norm).

Trials of an utterance that has no embedding, or one that is zero or not finite, are left out and
their utterances listed in <stem of output>.missing. Warnings tell of trials of an utterance with
itself or with a model made from it, and of the trials' people among the cohort's or the training
set's.
"""

import argparse
from pathlib import Path

from speechdistill.base.errors import InputError
from speechdistill.commands.parser import Parser
from speechdistill.storage.keyed_vectors import KeyedVectors
from speechdistill.storage.output_places import check_output
from speechdistill.verification.scoring import Cohort, FittedBackend, fit_backend
from speechdistill.verification.scoring.broken_embeddings import without_broken
from speechdistill.verification.scoring.embeddings import files_of_embeddings, load_embeddings
from speechdistill.verification.scoring.score_list import score_list
from speechdistill.verification.scoring.trial_warnings import OtherPeople
from speechdistill.verification.trials.enrolment import ENROLMENTS, read_enrolment
from speechdistill.verification.trials.speakers import speaker_means, speakers_of

LARGEST_BLOCK = 2**16  # MiB


def add_arguments(parser: Parser) -> None:
    """Add what the command takes."""
    add = parser.add_argument
    add("--trials", type=Path, required=True, help="the list, of any length")
    add("--embeddings", type=Path, required=True, help="of the test side, and of both by default")
    add("--enrol-embeddings", type=Path, help="of the enrolment side")
    add("--enrolment", type=Path, help="lines `model utterance utterance ...`")
    add(
        "--enrol-by",
        choices=sorted(ENROLMENTS),
        help="a model is the average of its utterances' embeddings, or the embedding of their "
        "concatenated audio, which has the model's name (concatenate_enrolment.py makes the audio)",
    )
    parser.shared(output="the score file", skipped_limit="trials that may lack an embedding")
    speakers = "lines `utterance speaker`; by default a speaker is the first path part of the ids"
    add("--training-embeddings", type=Path, help="of speakers who are in no trial")
    add("--training-speakers", type=Path, help=speakers)
    add("--subtract-mean", action="store_true", help="that of the training embeddings")
    add("--whiten", action="store_true", help="by the covariance of the training embeddings")
    add("--lda", type=int, metavar="N", help="keep the N directions in which speakers differ most")
    add("--plda", action="store_true", help="score by two-covariance PLDA, not by the cosine")
    add("--snorm", type=Path, metavar="COHORT", help="embeddings; their speakers' means are used")
    add("--snorm-speakers", type=Path, help=speakers)
    add(
        "--top-n", type=int, metavar="N", help="AS-norm: how many of the cohort count; 300 is usual"
    )
    add(
        "--block-size",
        type=float,
        default=4,
        metavar="MIB",
        help="how much of the list is in memory at a time",
    )


def main(arguments: argparse.Namespace) -> None:
    check_options(arguments)
    check_output(arguments.output, inputs_of(arguments))
    fitted, others = train(arguments)
    test = load(arguments.embeddings, fitted)
    enrol = load(arguments.enrol_embeddings, fitted) if arguments.enrol_embeddings else test
    models = utterances = cohort = None
    if arguments.enrolment:
        models = read_enrolment(arguments.enrolment)
        enrolled = ENROLMENTS[arguments.enrol_by](models, enrol)
        enrol, utterances = enrolled.embeddings, enrolled.utterances
    if arguments.snorm:
        impostors = load(without_broken(load_embeddings(arguments.snorm), "cohort"), fitted)
        speakers = speakers_of(impostors.ids, arguments.snorm_speakers)
        cohort = Cohort(speaker_means(impostors, speakers), arguments.top_n)
        others.append(OtherPeople("cohort", impostors.ids, speakers))
        others[-1].warn_if_nobody_repeats("--snorm-speakers")
    score_list(
        arguments.trials,
        enrol,
        test,
        arguments.output,
        arguments.skipped_limit,
        fitted.comparison if fitted else None,
        cohort,
        utterances,
        round(arguments.block_size * 2**20),
        models,
        others,
    )


def inputs_of(arguments: argparse.Namespace) -> list[Path | None]:
    embeddings = (
        arguments.embeddings,
        arguments.enrol_embeddings,
        arguments.training_embeddings,
        arguments.snorm,
    )
    return [
        arguments.trials,
        arguments.enrolment,
        arguments.training_speakers,
        arguments.snorm_speakers,
        *(file for path in embeddings for file in files_of_embeddings(path)),
    ]


def check_options(arguments: argparse.Namespace) -> None:
    learns = arguments.subtract_mean or arguments.whiten or arguments.lda or arguments.plda
    if learns and not arguments.training_embeddings:
        raise InputError("there is nothing to learn from: give --training-embeddings")
    if arguments.training_embeddings and not learns:
        raise InputError(
            "nothing is to be learnt from --training-embeddings: give --subtract-mean, --whiten, "
            "--lda or --plda"
        )
    if bool(arguments.enrolment) != bool(arguments.enrol_by):
        raise InputError("--enrolment and --enrol-by go together: give both or none")
    if arguments.top_n and not arguments.snorm:
        raise InputError("--top-n of what cohort: give --snorm")
    if not 0 < arguments.block_size <= LARGEST_BLOCK:
        raise InputError(
            f"--block-size {arguments.block_size:g}: give more than 0, at most {LARGEST_BLOCK}"
        )


def train(arguments: argparse.Namespace) -> tuple[FittedBackend | None, list[OtherPeople]]:
    if not arguments.training_embeddings:
        return None, []
    training = without_broken(load_embeddings(arguments.training_embeddings), "training set")
    people = OtherPeople(
        "training set", training.ids, speakers_of(training.ids, arguments.training_speakers)
    )
    if arguments.lda or arguments.plda:
        people.warn_if_nobody_repeats("--training-speakers")
    fitted = fit_backend(
        training,
        people.speakers,
        arguments.subtract_mean,
        arguments.whiten,
        arguments.lda,
        arguments.plda,
    )
    return fitted, [people]


def load(given: Path | KeyedVectors, fitted: FittedBackend | None) -> KeyedVectors:
    embeddings = load_embeddings(given) if isinstance(given, Path) else given
    return fitted.apply(embeddings) if fitted else embeddings
