"""The text of a YAML file: read whole, with what it includes, and its top-level keys as nodes."""

import re
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode

from speechdistill.base.errors import InputError

KEY = re.compile(r"^([A-Za-z_]\w*)\s*:", flags=re.MULTILINE)
INCLUDE = re.compile(r"^<<\s*:\s*!include:(\S+).*\n?", flags=re.MULTILINE)
# Elsewhere than at top level, and not in a comment.
INCLUDE_BELOW = re.compile(r"^([^#\n]*?)!include:([^\s,\]}]+)", flags=re.MULTILINE)


def whole_text(path: Path, included_by: tuple[Path, ...] = ()) -> str:
    """Return the text of a YAML, with that of the files it includes in the place of their lines.

    HyperPyYAML includes a file as the value of one key, where nothing outside can refer to it;
    here the keys of ``<<: !include:FILE`` are as if they stood in the YAML, but those that the
    YAML has itself. An include elsewhere stays HyperPyYAML's.

    Raises
    ------
    InputError: a file that cannot be read, is not UTF-8, or includes itself.
    """
    if path.resolve() in [by.resolve() for by in included_by]:
        raise InputError(f"the YAML {path} includes itself")
    by = f", which {included_by[-1]} includes" if included_by else ""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(f"cannot read the YAML {path}{by}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(
            f"cannot read the YAML {path}{by}: byte {error.start} is not UTF-8: save it as UTF-8"
        ) from error
    own = KEY.findall(text)
    folder, chain = path.resolve().parent, (*included_by, path)

    def included(line: re.Match[str]) -> str:
        there = whole_text(folder / line[1], chain)
        parts = re.split(r"^(?=\w+\s*:)", there, flags=re.MULTILINE)
        kept = "".join(part for part in parts if not set(KEY.findall(part)) & set(own))
        return kept.rstrip("\n") + "\n"

    def located(line: re.Match[str]) -> str:
        whole_text(folder / line[2], chain)  # is it there?
        return f"{line[1]}!include:{folder / line[2]}"

    return INCLUDE_BELOW.sub(located, INCLUDE.sub(included, text))


def key_nodes(text: str, name: str) -> dict[str, Node]:
    """Return the top-level keys of a YAML, in order, each with what it holds, not yet built.

    Raises
    ------
    InputError: a text that is no YAML or has no keys, a key that comes twice in one mapping.

    Example
    -------
    >>> {key: node.tag for key, node in key_nodes("model: !new:x.Y\\n", "a.yaml").items()}
    {'model': '!new:x.Y'}
    >>> key_nodes("lr: 1\\nlr: 2\\n", "a.yaml")
    Traceback (most recent call last):
    speechdistill.base.errors.InputError: a.yaml cannot be built: line 2: the key lr comes twice
    """
    try:
        root = YAML(typ="safe").compose(text)
    except (YAMLError, ValueError, RecursionError) as error:
        reason = " ".join(str(error).replace('in "<unicode string>", ', "").split())
        raise InputError(f"{name} cannot be built: it is no YAML: {reason}") from error
    if not isinstance(root, MappingNode):
        raise InputError(f"{name} cannot be built: it has no keys: give lines `key: value`")
    _refuse_repeated(root, name, set())
    return {key.value: value for key, value in root.value if isinstance(key, ScalarNode)}


def _refuse_repeated(node: Node, name: str, seen: set[int]) -> None:
    if id(node) in seen or not isinstance(node, CollectionNode):
        return
    seen.add(id(node))
    keys = set()
    for entry in node.value:
        if isinstance(node, MappingNode):
            key, entry = entry
            if isinstance(key, ScalarNode) and key.tag != "tag:yaml.org,2002:merge":
                if key.value in keys:
                    line = key.start_mark.line + 1
                    raise InputError(
                        f"{name} cannot be built: line {line}: the key {key.value} comes twice"
                    )
                keys.add(key.value)
        _refuse_repeated(entry, name, seen)
