"""One table of what systems reach on all tests, by what they were trained on."""

from collections.abc import Sequence

from speechdistill.corpora.official_lists import title_of
from speechdistill.reporting.evaluation import ListResult
from speechdistill.reporting.tables import NOTHING, markdown_table, with_interval


def cross_table(results: Sequence[ListResult], trained_on: str) -> str:
    """Return :func:`cross_rows` as a Markdown table."""
    return markdown_table(*cross_rows(results, trained_on))


def cross_rows(results: Sequence[ListResult], trained_on: str) -> tuple[list[str], list[list[str]]]:
    """Return EERs in per cent with their intervals: a row per system, a column per trial list.

    Arguments
    ---------
    results: one per list; each may be of other systems.
    trained_on: what the systems were trained on.

    Returns
    -------
    The header, and the rows.
    """
    systems = list(dict.fromkeys(name for result in results for name in result.systems))
    rows = [
        [
            trained_on,
            name,
            *(
                with_interval(result.systems[name].metrics["EER"])
                if name in result.systems
                else NOTHING
                for result in results
            ),
        ]
        for name in systems
    ]
    return ["trained on", "EER % of", *map(column_of, results)], rows


def column_of(result: ListResult) -> str:
    """Return what a list's column is called: its test set, and its usual title, if it has one."""
    title = title_of(result.facts.name, result.facts.n_listed)
    name = result.facts.name if title is None else f"{title}, {result.facts.name}"
    return f"{result.test}: {name}" if result.test else name
