"""The error a user can act on."""


class InputError(ValueError):
    """Bad input: a file, folder or option that the user can put right.

    The message is one line that names the file and the remedy. Commands print it without a
    traceback and exit with code 1; every other exception is a bug and keeps its traceback.

    Example
    -------
    >>> raise InputError("trials.txt is empty: give lines `1 a.wav b.wav`")
    Traceback (most recent call last):
    speechdistill.base.errors.InputError: trials.txt is empty: give lines `1 a.wav b.wav`
    """


class UnknownOption(InputError):
    """An option, an override of a key, or a form of a value, that nothing knows: exit code 2."""
