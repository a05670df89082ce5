"""Panels of which one is seen at a time; without JavaScript, all."""

from collections.abc import Mapping
from hashlib import sha256

from speechdistill.reporting.page.markup import Html, element


def tabs(panels: Mapping[str, Html], about: str) -> Html:
    """Return panels with a button each, as the ARIA pattern for tabs has them.

    Arguments
    ---------
    panels: name -> what it shows.
    about: names the group; no other group of the page has it.
    """
    group = f"tabs-{sha256(about.encode('utf-8', 'replace')).hexdigest()[:8]}"
    buttons, shown = [], []
    for number, (name, panel) in enumerate(panels.items()):
        tab, place = f"{group}-tab{number}", f"{group}-{number}"
        buttons.append(
            element(
                "button",
                name,
                type="button",
                role="tab",
                id=tab,
                aria_controls=place,
                aria_selected="true" if number == 0 else "false",
            )
        )
        shown.append(
            element(
                "div",
                element("h3", name, class_="tab-title"),
                panel,
                id=place,
                role="tabpanel",
                aria_labelledby=tab,
            )
        )
    head = element("div", *buttons, role="tablist", aria_label=about, hidden=True)
    return element("div", head, *shown, class_="tabs")
