"""When to stop training: no better error for some validations."""

import logging
from collections.abc import Iterator

from speechbrain.utils.epoch_loop import EpochCounter

from speechdistill.base.errors import InputError
from speechdistill.training.training_log import TrainingLog

logger = logging.getLogger(__name__)


def epochs_while_improving(
    counter: EpochCounter, log: TrainingLog, error: str, patience: int
) -> Iterator[int]:
    """Count epochs up to the limit, or until the error has not become lower for a while.

    SpeechBrain's ``EpochCounterWithStopper`` counts epochs, validated or not; this counts
    validations. What was reached is read from the log: a resumed run stops where an uninterrupted
    one does, and a run that was stopped does not go on when it is started again.

    Arguments
    ---------
    counter: of the epochs; it may be recovered from a checkpoint before the first one is asked for.
    log: of the run.
    error: the log's column. Without such a column nothing is validated, and nothing stops.
    patience: how many validations in a row without a lower error are too many; 0 for no such end.

    Raises
    ------
    InputError: a negative patience.

    Example
    -------
    >>> import tempfile
    >>> from pathlib import Path
    >>> log = TrainingLog(Path(tempfile.mkdtemp()))
    >>> errors = [0.5, 0.3, 0.3, 0.4, 0.1]
    >>> for epoch in epochs_while_improving(EpochCounter(5), log, "dev_eer", patience=2):
    ...     log.write(epoch, {"dev_eer": errors[epoch - 1]})
    >>> epoch
    4
    """
    if patience < 0:
        raise InputError(f"patience is a number of validations, 0 or more, not {patience}")
    while not _is_patience_over(counter.current, log, error, patience):
        try:
            epoch = next(counter)
        except StopIteration:
            return
        yield epoch


def _is_patience_over(epochs_done: int, log: TrainingLog, error: str, patience: int) -> bool:
    errors = log.column(error, epochs_done) if patience else {}
    if not errors:
        return False
    best = min(errors, key=lambda epoch: (errors[epoch], epoch))
    since = sum(epoch > best for epoch in errors)
    if since < patience:
        return False
    logger.info(
        "stopped after epoch %d: no lower %s than that of epoch %d in %d validations (patience %d)",
        *(epochs_done, error, best, since, patience),
    )
    return True
