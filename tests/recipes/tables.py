"""Tables of a RESULTS.md."""


def table_of(text: str, title: str) -> list[list[str]]:
    """Return the cells of the first table below a title, its header first."""
    lines = text[text.index(title) :].split("\n\n")[1].splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [cells[0], *cells[2:]]
