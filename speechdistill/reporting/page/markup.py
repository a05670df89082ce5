"""HTML in which text from data can never become markup."""

from collections.abc import Sequence
from html import escape

VOID = {"br", "col", "img", "input", "meta", "wbr"}


class Html(str):
    """Markup that :func:`element` made, or that this package itself wrote: it is not escaped."""

    __slots__ = ()


def element(tag: str, *children: str | None, **attributes: object) -> Html:
    """Return an element; children and attributes are escaped, except children that are ``Html``.

    Arguments
    ---------
    tag: its name.
    children: texts or elements; None is nothing.
    attributes: ``class_`` is ``class``, ``aria_label`` is ``aria-label``; None and False are left
        out, True stands without a value.

    Example
    -------
    >>> element("b", "</b><script>", element("br"), class_="x", title='"', hidden=True)
    '<b class="x" title="&quot;" hidden>&lt;/b&gt;&lt;script&gt;<br></b>'
    """
    start = tag + "".join(
        f" {name.rstrip('_').replace('_', '-')}"
        + ("" if value is True else f'="{escape(str(value))}"')
        for name, value in attributes.items()
        if value is not None and value is not False
    )
    if tag in VOID:
        return Html(f"<{start}>")
    return Html(f"<{start}>{joined(*children)}</{tag}>")


def joined(*children: str | None) -> Html:
    """Put texts and elements one after the other.

    Example
    -------
    >>> joined("a < b", None, element("br"))
    'a &lt; b<br>'
    """
    return Html(
        "".join(
            child if isinstance(child, Html) else escape(child)
            for child in children
            if child is not None
        )
    )


def table(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    caption: str | None = None,
    class_: str | None = None,
) -> Html:
    """Return a table whose first column names the rows; of class ``sortable`` it can be sorted.

    Example
    -------
    >>> table(["system", "EER %"], [["a & b", "1.99"]])  # doctest: +ELLIPSIS
    '<div class="scroll" ...<th scope="row">a &amp; b</th><td>1.99</td>...
    """
    head = (element("th", name, scope="col") for name in header)
    body = (
        element("tr", element("th", first, scope="row"), *(element("td", cell) for cell in others))
        for first, *others in rows
    )
    shown = element(
        "table",
        element("caption", caption) if caption else None,
        element("thead", element("tr", *head)),
        element("tbody", *body),
        class_=class_,
    )
    return scrollable(shown, caption or header[0])


def scrollable(shown: Html, about: str) -> Html:
    """Let what is too wide for the screen scroll by itself, by keyboard, too."""
    return element("div", shown, class_="scroll", tabindex="0", role="region", aria_label=about)


def missing(text: str) -> Html:
    """Return a paragraph that says what is not shown, and why."""
    return element("p", text, class_="missing")


def shown_id(name: str) -> Html:
    """Return an id as it stands in the data, which may hold text of any direction.

    Example
    -------
    >>> shown_id("id1/a")
    '<bdi class="id">id1/<wbr>a</bdi>'
    """
    *folders, last = name.split("/")
    parts = (joined(f"{folder}/", element("wbr")) for folder in folders)
    return element("bdi", *parts, last, class_="id")
