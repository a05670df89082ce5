"""Models made by somebody else: what their YAMLs may name without being trusted.

HyperPyYAML builds what a YAML names, which may be any code. A model's folder is data: of its YAML
only networks, features and what else goes with them in recipes is built.
"""

import inspect
import json
import pydoc
import re
from collections.abc import Mapping
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import CollectionNode, Node, ScalarNode

from speechdistill.base.errors import InputError

# Once HyperPyYAML has built anything, (a, b) has a tag of its own.
PLAIN = re.compile(r"tag:yaml\.org,2002:(str|int|float|bool|null|seq|map|merge|timestamp)|!tuple")
REFERENCES = ("!ref", "!copy", "!PLACEHOLDER")
ROOTS = ("torch.", "speechbrain.", "speechdistill.")
# Where classes may be defined. Not all of these packages: SpeechBrain has functions that download
# and run programs, and a callable goes wherever a YAML passes it.
CLASSES = re.compile(
    r"torch\.(nn\.modules|optim)\.\S+"
    r"|speechbrain\.(nnet|processing|augment|lobes\.features)\.\S+"
    r"|speechbrain\.lobes\.models\.(ECAPA_TDNN|Xvector|ResNet)\.\w+"
    r"|speechbrain\.utils\.(epoch_loop\.EpochCounter|train_logger\.FileTrainLogger"
    r"|checkpoints\.Checkpointer|parameter_transfer\.Pretrainer|metric_stats\.MetricStats)"
    r"|speechbrain\.dataio\.encoder\.CategoricalEncoder"
    r"|speechdistill\.(students|identity|augmentation|inputs|sampling|distillation)\.\S+"
    r"|speechdistill\.teachers\.(face_network|text\.source|text\.tfidf|imported\.vector_file)\.\w+"
)
FUNCTIONS = {
    "!apply:torch.manual_seed",
    "!apply:speechbrain.utils.seed_everything",
    "!name:speechbrain.nnet.losses.nll_loss",
    "!name:speechbrain.nnet.losses.classification_error",
}


# What a trained encoder is made of: of these classes none reads or writes a file.
ENCODER_CLASSES = re.compile(
    r"torch\.nn\.modules\.\S+"
    r"|speechbrain\.(nnet|processing\.features|lobes\.features)\.\S+"
    r"|speechbrain\.lobes\.models\.(ECAPA_TDNN|Xvector|ResNet)\.\w+"
    r"|speechdistill\.students\.(fbank|kaldi_fbank|xvector)\.\w+"
)


def check_trusted(
    text: str,
    overrides: Mapping[str, Any],
    name: str,
    remedy: str,
    classes: re.Pattern[str] = CLASSES,
) -> None:
    """Refuse a YAML that names more than parts of models.

    Nothing is built; the modules that it names within torch, SpeechBrain and this toolkit are
    imported.

    Arguments
    ---------
    text: the YAML.
    overrides: key -> value, which came with it.
    name: what errors call it: its path.
    remedy: how to build it all the same; empty where nothing else is ever built.
    classes: where the classes that it may name are defined.

    Raises
    ------
    InputError: it names something else, or hides what it names.

    Example
    -------
    >>> check_trusted("network: !new:torch.nn.Linear [3, 2]", {}, "a.yaml", "--trust true")
    >>> check_trusted("x: !apply:os.system [ls]", {}, "a.yaml", "--trust true")
    Traceback (most recent call last):
    speechdistill.base.errors.InputError: a.yaml names !apply:os.system, which could run any code: \
if you trust who made it, give --trust true
    """

    def refuse(what: str) -> InputError:
        way = f"if you trust who made it, give {remedy}" if remedy else "it is not loaded"
        return InputError(f"{name} names {what}, which could run any code: {way}")

    if re.search(r"^%", text, re.MULTILINE):  # %TAG gives tags other names
        raise refuse("a YAML directive")
    try:
        root = YAML(typ="safe").compose(text)
    except (YAMLError, ValueError, RecursionError) as error:
        reason = " ".join(str(error).split())
        raise InputError(f"{name} cannot be built: it is no YAML: {reason}") from error
    for node in _nodes(root):
        tag = str(node.tag)
        if not (PLAIN.fullmatch(tag) or tag in REFERENCES or _may_be_built(tag, classes)):
            raise refuse(tag)
        if isinstance(node, ScalarNode):
            # HyperPyYAML reads (a, b) as YAML once more, with all of its tags.
            if "!" in node.value:
                raise refuse(f"{node.value!a}")
            if tag in REFERENCES and re.search(r"<[^>]*\.", node.value):  # an object's method
                raise refuse(f"{tag} {node.value!a}")
    if "!" in json.dumps(overrides):
        raise refuse("a tag in its overrides")


def _nodes(root: Node | None) -> list[Node]:
    """All nodes below and with a root, each once."""
    found: dict[int, Node] = {}
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node is None or id(node) in found:
            continue
        found[id(node)] = node
        if isinstance(node, CollectionNode):
            for part in node.value:
                waiting += part if isinstance(part, tuple) else [part]
    return list(found.values())


def _may_be_built(tag: str, classes: re.Pattern[str]) -> bool:
    """Whether a tag is that of a class or a function of the lists, under its own or another name.

    A name is followed to the object: ``speechbrain.core.os.system`` leads out of SpeechBrain.
    """
    if tag in FUNCTIONS:
        return True
    form, _, path = tag.partition(":")
    if form not in ("!new", "!name") or not path.startswith(ROOTS):
        return False
    try:
        named = pydoc.locate(path)
    except Exception:  # of importing anything
        return False
    return inspect.isclass(named) and bool(
        classes.fullmatch(f"{named.__module__}.{named.__qualname__}")
    )
