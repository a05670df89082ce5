"""What the text of an override means: a value, once it meets the key that it overrides."""

import re
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import AliasEvent
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from speechdistill.base.errors import InputError, UnknownOption

WHOLE = re.compile(r"[-+]?(0|[1-9]\d*)", re.ASCII)
NUMBER = re.compile(r"[-+]?((0|[1-9]\d*)(\.\d*)?|\.\d+)([eE][-+]?\d+)?", re.ASCII)
CONSTANTS: dict[str, Any] = {
    "true": True,
    "false": False,
    "null": None,
    "~": None,
    ".inf": float("inf"),
    "-.inf": float("-inf"),
    ".nan": float("nan"),
}
REFERENCE = re.compile(r"<[^>]*>")
LONGEST_NUMBER = 300  # digits: beyond, Python refuses to read it, or it is infinite


class Word(str):
    """The text of a word of a command line, before it is known which key it overrides."""

    __slots__ = ()


def plain_value(text: str) -> Any:
    """Return what a text says where no text is wanted.

    A number is written in decimal digits, with a point, an exponent or both (``3``, ``-0.5``,
    ``1e-3``): no leading zeros, no ``_``, no ``0x``. Besides there are ``true`` and ``false``,
    ``null`` and ``~``, ``.inf`` and ``.nan``, and lists and maps in brackets, ``[0, 1]``. All else
    is text as it stands: ``yes``, ``007``, ``2024-01-31``, quotes, ``#``, ``&``, ``*`` and ``!``.

    Raises
    ------
    UnknownOption: it begins with a bracket, but is no list or map.

    Example
    -------
    >>> [plain_value(text) for text in ("1e-3", "007", "true", "yes", "null", "a #2", "[1, a]")]
    [0.001, '007', True, 'yes', None, 'a #2', [1, 'a']]
    """
    if text[:1] in ("[", "{"):
        return _in_brackets(text)
    return _scalar(text)


def checked_text(text: str) -> str:
    """Return a text that HyperPyYAML takes as it is.

    Raises
    ------
    InputError: there is a ``<name>`` in it, which HyperPyYAML would replace, or a character that
        no YAML holds.
    """
    if found := REFERENCE.search(text):
        raise InputError(f"{found[0]} would be a reference to a key: rename it")
    if not text.isprintable() and any(0xD800 <= ord(letter) < 0xE000 for letter in text):
        raise InputError("it is not UTF-8: rename it")
    return text


def _scalar(text: str) -> Any:
    if text.lower() in CONSTANTS and text in (text.lower(), text.upper(), text.capitalize()):
        return CONSTANTS[text.lower()]
    if len(text) > LONGEST_NUMBER:
        return text
    if WHOLE.fullmatch(text):
        return int(text)
    return float(text) if NUMBER.fullmatch(text) else text


def _in_brackets(text: str) -> Any:
    wrong = UnknownOption("the value is no YAML list or map: give [A, B] or {NAME: VALUE}")
    if text[-1] not in "]}":  # a comment after it
        raise wrong
    try:
        events = list(YAML(typ="safe").parse(text))
        node = YAML(typ="safe").compose(text)
    except (YAMLError, RecursionError) as error:
        raise wrong from error
    for event in events:
        # Python objects and cycles are not what a command line says.
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None) or _has_tag(event):
            raise wrong
    return _of_node(node)


def _has_tag(event: Any) -> bool:
    tag = getattr(event, "tag", None) or getattr(event, "ctag", None)
    return bool(tag) and str(tag) != "None"


def _of_node(node: Node) -> Any:
    if isinstance(node, MappingNode):
        return {_of_node(key): _of_node(value) for key, value in node.value}
    if isinstance(node, SequenceNode):
        return [_of_node(value) for value in node.value]
    assert isinstance(node, ScalarNode)
    return checked_text(node.value) if node.style in ("'", '"') else _scalar(node.value)
