"""Scores in the form in which challenges of the VoxSRC kind take them."""

from pathlib import Path

from speechdistill.storage.files import written_whole
from speechdistill.verification.scoring.score_files import FORM
from speechdistill.verification.trials.words import read_word_blocks


def write_submission(scores: Path, output: Path) -> int:
    """Write lines ``score enrol test``, as VoxSRC's evaluation reads them; return how many.

    Arguments
    ---------
    scores: a score file, lines ``enrol test score``.
    output: the file to write.

    Raises
    ------
    InputError: the score file is missing or malformed.

    Example
    -------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "scores.txt").write_text("a.wav b.wav 0.25\\n")
    >>> write_submission(folder / "scores.txt", folder / "submission.txt")
    1
    >>> (folder / "submission.txt").read_text()
    '0.25 a.wav b.wav\\n'
    """
    count = 0
    with written_whole(output) as partial, partial.open("w", encoding="utf-8") as lines:
        for block in read_word_blocks(scores, "score file", FORM, {3}):
            enrol, test, score = (block.column(number).strings() for number in range(3))
            rows = zip(score, enrol, test, strict=True)
            lines.writelines(f"{' '.join(row)}\n" for row in rows)
            count += len(score)
    return count
