"""The hardest false accepts and false rejects, both sides to be seen and heard."""

from collections.abc import Mapping, Sequence

from speechdistill.reporting.evaluation import ListResult
from speechdistill.reporting.page.hardest import Hardest, hardest
from speechdistill.reporting.page.items import Cards, Utterances
from speechdistill.reporting.page.markup import Html, element, joined, missing
from speechdistill.reporting.page.media import Media
from speechdistill.reporting.page.section import Section
from speechdistill.reporting.page.tabs import tabs

MOST, MOST_ON_PAGE = 6, 24  # of each kind
LEAST = {False: 2, True: 1}  # of a further test
KINDS = {
    False: ("False accepts", "two speakers taken for one", "non-targets accepted"),
    True: ("False rejects", "one speaker taken for two", "targets rejected"),
}


def error_section(
    lists: Sequence[ListResult], tested: Mapping[str, Utterances | None], media: Media
) -> Section:
    """Show each system's worst errors on each trial list.

    Arguments
    ---------
    lists: the trial lists.
    tested: name of a further test, empty for the corpus's own -> its utterances, to be heard and
        seen; None where there is no manifest.
    media: of the page.
    """
    most = min(MOST, MOST_ON_PAGE // sum(len(each.scored.scores) for each in lists))
    found = [
        {name: _errors(each, name, max(most, LEAST[bool(each.test)])) for name in scores}
        for each in lists
        for scores in [each.scored.scores]
    ]
    named: dict[str, set[str]] = {test: set() for test in tested}
    for each, of_list in zip(lists, found, strict=True):
        named[each.test] |= _named(each, of_list)
    cards = {test: Cards(tested[test], names, media) for test, names in named.items()}
    parts = [
        element(
            "p",
            "At the threshold of the equal error rate, the worst first; of trials between the same "
            "speakers the worst one stands for all. Listen to both sides before you blame "
            "the system: some of these are wrong labels, noise, or silence.",
        )
    ]
    for test, utterances in tested.items():
        if utterances is None:
            of = f"test set{' ' if test else ''}{test}"
            parts.append(missing(f"Neither sound nor face: there is no manifest of the {of}."))
    for each, of_list in zip(lists, found, strict=True):
        if len(lists) > 1:
            parts.append(element("h3", each.name))
        own = cards[each.test]
        panels = {name: _panel(each, name, errors, own) for name, errors in of_list.items()}
        parts.append(tabs(panels, f"errors on {each.name}"))
    return Section("errors", "Hardest errors", joined(*parts))


def _named(each: ListResult, of_list: Mapping[str, Mapping[bool, Hardest]]) -> set[str]:
    trials = each.scored.trials
    rows = [row for of_system in of_list.values() for e in of_system.values() for row in e.rows]
    return {trials.ids[side[row]] for row in rows for side in (trials.enrol, trials.test)}


def _errors(each: ListResult, system: str, most: int) -> dict[bool, Hardest]:
    scores, threshold = each.scored.scores[system], each.eer_threshold(system)
    return {kind: hardest(each.scored.trials, scores, threshold, kind, most) for kind in KINDS}


def _panel(each: ListResult, system: str, errors: Mapping[bool, Hardest], cards: Cards) -> Html:
    parts = []
    for kind, found in errors.items():
        title, meaning, counted = KINDS[kind]
        parts.append(element("h4", f"{title}: {meaning}"))
        count = f"{found.n_errors} of {found.n_trials} {counted}"
        parts.append(
            element("p", f"{count}, threshold {each.eer_threshold(system):.3f}.", class_="note")
        )
        pairs = (_pair(each, row, cards) for row in found.rows)
        parts.append(element("ol", *pairs, class_="pairs"))
    return joined(*parts)


def _pair(each: ListResult, row: int, cards: Cards) -> Html:
    trials = each.scored.trials
    sides = [cards.card(trials.ids[side[row]]) for side in (trials.enrol, trials.test)]
    is_target = bool(trials.labels[row] == 1)
    scores = []
    for name, values in each.scored.scores.items():
        is_right = bool(values[row] >= each.eer_threshold(name)) == is_target
        scores.append(
            element(
                "span",
                f"{name}: {values[row]:.3f} {'✓ right' if is_right else '✗ wrong'}",
                class_="right" if is_right else "wrong",
            )
        )
    return element("li", element("div", *sides, class_="sides"), element("p", *scores, class_="of"))
