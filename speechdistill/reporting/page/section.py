"""The parts of a page."""

from dataclasses import dataclass

from speechdistill.reporting.page.markup import Html, element


@dataclass(frozen=True)
class Section:
    """A part of a page.

    Attributes
    ----------
    anchor: its id in links.
    title: its heading, also in the table of contents.
    body: what follows the heading.
    """

    anchor: str
    title: str
    body: Html

    def html(self) -> Html:
        """Return the section."""
        heading = element("h2", self.title, id=f"{self.anchor}-title")
        return element(
            "section",
            heading,
            self.body,
            id=self.anchor,
            aria_labelledby=f"{self.anchor}-title",
        )
