"""Who and what is in a set, so that texts and vectors that come with ids find their place."""

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from speechdistill.corpora.image_manifest import iterate_images
from speechdistill.corpora.manifests import iterate_cuts
from speechdistill.inputs.items import InputItem, load_items
from speechdistill.storage.places import CUTS, IMAGES, ITEMS, Stage


@dataclass(frozen=True)
class SetMembers:
    """The people of a set, and its utterances and images.

    Arguments
    ---------
    people: person -> gender.
    members: id of an utterance or an image -> the item; its label is the person.
    """

    people: Mapping[str, str | None]
    members: Mapping[str, InputItem]

    @classmethod
    def load(cls, folder: Path) -> "SetMembers":
        """Read a set's manifests.

        Its people are those who speak; those who are seen, where it has no manifest of speech. A
        modality of one's own lists its items.

        Raises
        ------
        InputError: the set has no manifest, or one is broken.
        """
        if (folder / ITEMS).exists():
            items = load_items(folder / ITEMS, Stage.MANIFESTS)
            return cls({item.person: item.gender for item in items}, {i.id: i for i in items})
        people: dict[str, str | None] = {}
        members: dict[str, InputItem] = {}
        has_cuts = (folder / CUTS).exists()
        if not has_cuts or (folder / IMAGES).exists():
            for image in iterate_images(folder / IMAGES):
                members[image.id] = InputItem.of_image(image)
                if not has_cuts:
                    people[image.person] = image.gender
        if has_cuts:
            for cut in iterate_cuts(folder):
                item = InputItem.of_utterance(cut)
                members[item.id] = item
                people[item.person] = item.gender
        return cls(people, members)

    def item(self, name: str, what: str) -> InputItem | None:
        """Return the item of a person (``person/-/<what>``), utterance or image; None if unknown.

        Example
        -------
        >>> SetMembers({"a": "f"}, {}).item("a", "text")
        InputItem(id='a/-/text', person='a', session='-', label='a', gender='f')
        """
        if name in self.people:
            return InputItem(f"{name}/-/{what}", name, "-", name, self.people[name])
        return self.members.get(name)


@dataclass(frozen=True)
class Located:
    """Where in a set ids belong.

    Arguments
    ---------
    ids: that belong to the set.
    items: of these ids.
    skipped: id and reason of what cannot be used.
    """

    ids: list[str]
    items: list[InputItem]
    skipped: list[tuple[str, str]]


def locate(
    ids: Collection[str],
    unusable: Mapping[str, str],
    sets: Mapping[str, SetMembers],
    what: str,
) -> dict[str, Located]:
    """Find the set of every id, what is wrong with the rest, and who is left without.

    Where at least one person of a set has something, those of it who have nothing are skipped with
    the reason ``no <what>``; a set where nobody has anything stays empty. Ids of no set are listed
    with the first one.

    Arguments
    ---------
    ids: of people, utterances or images.
    unusable: further ids -> why they cannot be used.
    sets: name of a set -> who is in it.
    what: the ids stand for, "text" or "vector".

    Example
    -------
    >>> sets = {"train": SetMembers({"a": None, "b": None}, {}), "dev": SetMembers({"c": None}, {})}
    >>> located = locate(["a", "x"], {}, sets, "text")
    >>> located["train"].ids, located["train"].skipped, located["dev"].ids
    (['a'], [('x', 'in no set'), ('b', 'no text')], [])
    """
    found: dict[str, Located] = {}
    known: set[str] = set()
    for name, members in sets.items():
        items = {key: item for key in ids if (item := members.item(key, what))}
        failed = {key: item for key in unusable if (item := members.item(key, what))}
        skipped = [(key, unusable[key]) for key in failed]
        if items or failed:
            served = {item.person for item in (*items.values(), *failed.values())}
            skipped += [(person, f"no {what}") for person in members.people if person not in served]
        found[name] = Located(list(items), list(items.values()), skipped)
        known |= items.keys() | failed.keys()
    unknown = [(key, "in no set") for key in (*ids, *unusable) if key not in known]
    next(iter(found.values())).skipped[:0] = unknown
    return found


def labels_of_people(
    located: Mapping[str, Located], content_of: Callable[[str], bytes], what: str
) -> dict[str, str]:
    """Label people as :func:`shared_labels` does, where every id is a person's; else nobody.

    Arguments
    ---------
    located: set -> the ids in it.
    content_of: gives what an id stands for.
    what: see :func:`shared_labels`.
    """
    people = [
        (key, item.person)
        for part in located.values()
        for key, item in zip(part.ids, part.items, strict=True)
    ]
    if any(key != person for key, person in people):
        return {}
    return shared_labels({key: content_of(key) for key, _ in people}, what)


def shared_labels(content_of: Mapping[str, bytes], what: str) -> dict[str, str]:
    """Label people so that those of the same content share a label; the others have their own name.

    Arguments
    ---------
    content_of: person -> content.
    what: the content is, "text" or "vector"; the shared labels begin with it.

    Example
    -------
    >>> shared_labels({"a": b"A man.", "b": b"A woman.", "c": b"A man."}, "text")
    {'a': 'text-f1c5d288492b', 'b': 'b', 'c': 'text-f1c5d288492b'}
    """
    count = Counter(content_of.values())
    return {
        person: person if count[content] == 1 else f"{what}-{_digest(content)}"
        for person, content in content_of.items()
    }


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]
