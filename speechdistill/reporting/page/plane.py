"""A chart's plane in SVG: axes around it, lines, bands, bars and dots in it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from speechdistill.reporting.page.axis import Axis
from speechdistill.reporting.page.markup import Html, element

SERIES = 7  # colours of the style sheet, s0 to s6
SHAPES = (  # disc, square, triangle, diamond, upright and slanting cross, of 8 pixels
    "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z",
    "M-3.5-3.5h7v7h-7z",
    "M0-4.5l4.5 8h-9z",
    "M0-5l4.5 5l-4.5 5l-4.5-5z",
    "M-1.5-4.5h3v3h3v3h-3v3h-3v-3h-3v-3h3z",
    "M-4-2.5l1.5-1.5 2.5 2.5 2.5-2.5 1.5 1.5-2.5 2.5 2.5 2.5-1.5 1.5"
    "-2.5-2.5-2.5 2.5-1.5-1.5 2.5-2.5z",
)
LEFT, RIGHT, TOP, BOTTOM = 52, 12, 10, 42


def colour(number: int) -> str:
    """Return the class of a series' colour; past the last one they begin again."""
    return f"s{number % SERIES}"


@dataclass(frozen=True)
class Plane:
    """A rectangle between two axes, in pixels; what is drawn in it is made by its methods.

    Points and bars carry what they say as ``data-tip``, which the page's script shows on hover.

    Arguments
    ---------
    x, y: its axes.
    width, height: of the whole chart.
    """

    x: Axis
    y: Axis
    width: int
    height: int

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point lies.

        Example
        -------
        >>> Plane(Axis.linear("x", 0, 1), Axis.linear("y", 0, 1), 164, 152).at(0.5, 0.0)
        (102.0, 110.0)
        """
        inner = self.width - LEFT - RIGHT, self.height - TOP - BOTTOM
        return (
            round(LEFT + inner[0] * self.x.share(x), 1),
            round(TOP + inner[1] * (1 - self.y.share(y)), 1),
        )

    def line(self, xs: Iterable[float], ys: Iterable[float], series: str) -> Html:
        """Draw a line through points; what is not a number interrupts it."""
        return element("path", d=self._path(xs, ys), class_=f"line {series}")

    def band(
        self, xs: Iterable[float], low: Iterable[float], high: Iterable[float], series: str
    ) -> Html:
        """Fill what lies between two lines."""
        edge = [*zip(xs, low, strict=True), *reversed(list(zip(xs, high, strict=True)))]
        points = " ".join("{:g},{:g}".format(*self.at(*point)) for point in edge)
        return element("polygon", points=points, class_=f"band {series}")

    def bar(self, x: tuple[float, float], height: float, series: str, tip: str) -> Html:
        """Draw a bar from 0 to a height."""
        (left, top), (right, bottom) = self.at(x[0], height), self.at(x[1], 0)
        return element(
            "rect",
            x=left,
            y=top,
            width=round(max(right - left, 0.5), 1),
            height=round(bottom - top, 1),
            class_=f"bar {series}",
            data_tip=tip,
        )

    def dot(self, x: float, y: float, series: str, tip: str | None = None, size: float = 4) -> Html:
        """Draw a dot."""
        cx, cy = self.at(x, y)
        return element("circle", cx=cx, cy=cy, r=size, class_=f"dot {series}", data_tip=tip)

    def touch(self, x: float, y: float, series: str, tip: str) -> Html:
        """Put a dot that is seen when the pointer is near."""
        cx, cy = self.at(x, y)
        return element("circle", cx=cx, cy=cy, r=4, class_=f"touch {series}", data_tip=tip)

    def glyph(self, x: float, y: float, series: str, shape: int, group: str, tip: str) -> Html:
        """Draw one of several shapes; pointing at it shows those of its group."""
        cx, cy = self.at(x, y)
        return element(
            "path",
            d=SHAPES[shape % len(SHAPES)],
            transform=f"translate({cx:g} {cy:g})",
            class_=f"glyph {series}",
            data_group=group,
            data_tip=tip,
        )

    def mark(self, x: float, series: str = "") -> Html:
        """Draw an upright line."""
        (x1, y1), (_, y2) = self.at(x, self.y.low), self.at(x, self.y.high)
        return element("line", x1=x1, x2=x1, y1=y1, y2=y2, class_=f"mark {series}")

    def chart(self, marks: Sequence[Html], about: str) -> Html:
        """Return the chart: axes, and marks on them.

        Arguments
        ---------
        marks: what the other methods return.
        about: what it shows, for who does not see it.
        """
        middle = (LEFT + self.width - RIGHT) / 2, (TOP + self.height - BOTTOM) / 2
        turned = f"rotate(-90 13 {middle[1]:g})"
        parts = [
            element(
                "rect",
                x=LEFT,
                y=TOP,
                width=self.width - LEFT - RIGHT,
                height=self.height - TOP - BOTTOM,
                class_="frame",
            ),
            *(self._x_tick(value, name) for value, name in self.x.ticks),
            *(self._y_tick(value, name) for value, name in self.y.ticks),
            element("text", self.x.title, x=middle[0], y=self.height - 6, class_="title"),
            element(
                "text", self.y.title, x=13, y=f"{middle[1]:g}", class_="title", transform=turned
            ),
        ]
        return element(
            "svg",
            *parts,
            *marks,
            viewBox=f"0 0 {self.width} {self.height}",
            class_="chart",
            role="img",
            aria_label=about,
        )

    def _x_tick(self, value: float, name: str) -> Html:
        (x, bottom), (_, top) = self.at(value, self.y.low), self.at(value, self.y.high)
        return element(
            "g",
            element("line", x1=x, x2=x, y1=top, y2=bottom, class_="grid"),
            element("text", name, x=x, y=bottom + 16, class_="tick"),
        )

    def _y_tick(self, value: float, name: str) -> Html:
        (left, y), (right, _) = self.at(self.x.low, value), self.at(self.x.high, value)
        return element(
            "g",
            element("line", x1=left, x2=right, y1=y, y2=y, class_="grid"),
            element("text", name, x=left - 6, y=y + 4, class_="tick end"),
        )

    def _path(self, xs: Iterable[float], ys: Iterable[float]) -> str:
        words, is_begun = [], False
        for x, y in zip(xs, ys, strict=True):
            if not np.isfinite(y):
                is_begun = False
                continue
            words.append("{}{:g},{:g}".format("L" if is_begun else "M", *self.at(x, y)))
            is_begun = True
        return "".join(words)


def legend(names: Sequence[tuple[str, str]]) -> Html:
    """Return a list of series: their classes and names."""
    items = (
        element("li", element("span", class_=f"key {series}", aria_hidden="true"), name)
        for series, name in names
    )
    return element("ul", *items, class_="legend")


def figure(chart: Html, title: str, *below: Html | None, note: str | None = None) -> Html:
    """Return a chart with its title above, and a note and what belongs to it below."""
    return element(
        "figure",
        element("figcaption", title),
        chart,
        *below,
        element("p", note, class_="note") if note else None,
    )


def numbers(shown: Html) -> Html:
    """Return a chart's numbers as a table that opens on demand."""
    return element("details", element("summary", "numbers"), shown)
