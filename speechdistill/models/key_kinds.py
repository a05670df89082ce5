"""What kind of value a key of a YAML holds by default, and so what an override of it means."""

import re
from collections.abc import Mapping
from typing import Any

from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from speechdistill.base.errors import InputError
from speechdistill.models.plain_values import REFERENCE, Word, checked_text, plain_value

TEXT, NUMBER, BOOLEAN, OTHER = "text", "number", "boolean", "other"
KIND_OF_TAG = {"str": TEXT, "int": NUMBER, "float": NUMBER, "bool": BOOLEAN}
AUTO = "auto"
BUILT = ("!new:", "!name:", "!apply:", "!module:")
PATH_NAME = re.compile(r"folder|file|path|annotation|(^|_)dir(_|$)")
PLAIN = "tag:yaml.org,2002:"


def kind_of(key: str, nodes: Mapping[str, Node], seen: frozenset[str] = frozenset()) -> str:
    """Return the kind of a key's default.

    A text is a plain or quoted one, a ``!ref`` with a text in or around it, or a ``!PLACEHOLDER``
    of a folder or file. ``auto`` stands for a number that the program finds.

    Example
    -------
    >>> from speechdistill.models.yaml_text import key_nodes
    >>> nodes = key_nodes("lr: 1e-3\\nnoise: ''\\nsave: !ref <noise>/x\\nd: auto\\n", "a.yaml")
    >>> [kind_of(key, nodes) for key in nodes]
    ['number', 'text', 'text', 'other']
    """
    node = nodes.get(key)
    if key in seen or not isinstance(node, ScalarNode):
        return OTHER
    if node.tag == "!PLACEHOLDER":
        return TEXT if PATH_NAME.search(key) else OTHER
    if node.tag in ("!ref", "!copy"):
        names = [found[1:-1] for found in REFERENCE.findall(node.value)]
        if re.search(r"[A-Za-z]", REFERENCE.sub("", node.value)):
            return TEXT
        kinds = {kind_of(name, nodes, seen | {key}) for name in names}
        return TEXT if TEXT in kinds else OTHER
    kind = KIND_OF_TAG.get(str(node.tag).removeprefix(PLAIN), OTHER)
    is_tuple = not node.style and node.value.startswith("(") and node.value.endswith(")")
    return OTHER if kind == TEXT and (node.value == AUTO or is_tuple) else kind


def value_of(word: Word, key: str, nodes: Mapping[str, Node], may_be_text: bool) -> Any:
    """Return the value that a word gives to a key.

    Where the default is text it is the word, letter by letter; elsewhere :func:`plain_value` says.

    Arguments
    ---------
    word: of the command line.
    key: of the YAML.
    nodes: of the YAML's keys.
    may_be_text: whether the key may hold a text although its default is a number.

    Raises
    ------
    InputError: a text in a number's place, anything else than ``true`` or ``false`` in theirs, a
        list that is none, a number or text in the place of a list or an object.
    """
    kind = kind_of(key, nodes)
    if kind == TEXT:
        return checked_text(str(word))
    value = plain_value(str(word))
    if kind == BOOLEAN and isinstance(value, str | int | float) and not isinstance(value, bool):
        raise InputError("it is true or false")
    if kind == NUMBER and (isinstance(value, bool) or (isinstance(value, str) and not may_be_text)):
        raise InputError("it is a number such as 3, 0.5 or 1e-3")
    if kind == OTHER and isinstance(value, str | int | float):
        _refuse_scalar(nodes[key])
    return checked_text(value) if isinstance(value, str) else value


def _refuse_scalar(node: Node) -> None:
    if str(node.tag).startswith(BUILT) or isinstance(node, MappingNode):
        raise InputError("it is an object, which the YAML builds: give null, or another YAML")
    if isinstance(node, SequenceNode):
        raise InputError("it is a list: give [A, B]")
