#!/usr/bin/env python3
"""Measure embeddings for calibration: their magnitude, and how near the impostors of a cohort are.

Writes a table with the columns id, magnitude and, with --cohort, cohort_mean and cohort_deviation;
`speechdistill evaluate --utterances TABLE` uses those that its --quality-measures name. The
embeddings must be as the model gave them: at length 1 their magnitude says nothing.
"""

from pathlib import Path

from command import Parser, run

from speechdistill.storage.output_places import check_output
from speechdistill.verification.scoring.broken_embeddings import without_broken
from speechdistill.verification.scoring.embedding_measures import embedding_measures, save_measures
from speechdistill.verification.scoring.embeddings import files_of_embeddings, load_embeddings
from speechdistill.verification.scoring.trial_warnings import OtherPeople
from speechdistill.verification.trials.speakers import speaker_means, speakers_of


def main(arguments) -> None:
    given = (arguments.embeddings, arguments.cohort)
    inputs = [file for path in given for file in files_of_embeddings(path)]
    check_output(arguments.output, [*inputs, arguments.cohort_speakers])
    embeddings = without_broken(load_embeddings(arguments.embeddings), "utterances")
    cohort = None
    if arguments.cohort:
        training = without_broken(load_embeddings(arguments.cohort), "cohort")
        people = OtherPeople(
            "cohort", training.ids, speakers_of(training.ids, arguments.cohort_speakers)
        )
        people.warn_if_nobody_repeats("--cohort-speakers")
        people.warn_of(embeddings.ids)
        cohort = speaker_means(training, people.speakers)
    measures = embedding_measures(embeddings, cohort, arguments.top_n)
    save_measures(embeddings.ids, measures, arguments.output)


if __name__ == "__main__":
    parser = Parser(__doc__)
    add = parser.add_argument
    add(
        "--embeddings",
        type=Path,
        required=True,
        help="in any form that `speechdistill score` takes",
    )
    add("--cohort", type=Path, help="embeddings of other speakers; their means are the impostors")
    add(
        "--cohort-speakers",
        type=Path,
        help="lines `utterance speaker`; by default a speaker is the first path part of the ids",
    )
    add("--top-n", type=int, default=300, help="how many of the nearest impostors count")
    parser.shared(output="the table")
    run(parser, main)
