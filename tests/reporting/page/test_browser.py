"""The page in a real browser: it is clicked, pointed at, played and looked at."""

import io
import os
import shutil
from pathlib import Path

import pytest
from PIL import Image

from speechdistill.reporting.page.writer import write_page

sync_api = pytest.importorskip(
    "playwright.sync_api", reason="no playwright: pip install playwright"
)


def find_chromium() -> Path | None:
    """Where a distribution, a snap or playwright itself has put it."""
    places = os.pathsep.join([os.environ.get("PATH", ""), "/usr/bin", "/snap/bin"])
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        if found := shutil.which(name, path=places):
            return Path(found)
    default = Path.home() / ".cache" / "ms-playwright"
    browsers = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", default))
    names = ("chrome", "headless_shell", "chrome-headless-shell")
    found = [path for name in names for path in sorted(browsers.glob(f"chromium*/*/{name}"))]
    return found[0] if found else None


CHROMIUM = find_chromium()
pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(120),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: apt-get install chromium"),
]


# Of a sound that does not play, the time stands still, and this ends by the test's time limit.
MOVES = """clip => new Promise((moved) =>
    document.getElementById(clip).addEventListener("timeupdate", (event) => {
        if (event.target.currentTime > 0) moved();
    })
)"""

# A scroll is said to the page a frame later, and takes away what pointing has shown.
SCROLLED = "new Promise((end) => requestAnimationFrame(() => requestAnimationFrame(end)))"


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as driver:
        # Without a sandbox: tests run as root, and the page is our own.
        found = driver.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--autoplay-policy=user-gesture-required"],
        )
        yield found
        found.close()


@pytest.fixture
def look(browser, experiment):
    """Open the page in a window; what it says on the console or asks of a network is an error."""
    path = experiment / "report.html"
    if not path.exists():
        write_page(experiment, path)
    heard, contexts = [], []

    def open_page(width=1400, scheme="light"):
        size = {"width": width, "height": 900}
        # Smooth scrolling would move things away from under the pointer.
        context = browser.new_context(
            viewport=size, color_scheme=scheme, reduced_motion="reduce", offline=True
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: heard.append(message.text))
        page.on("pageerror", lambda error: heard.append(str(error)))
        page.on("request", lambda request: heard.append(request.url))
        page.goto(path.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [each for each in heard if not each.startswith(("data:", path.as_uri()))] == []


def test_tabs_sounds_and_sorting(look):
    page = look()
    first, second = page.locator("#errors [role=tab]").all()
    panels = page.locator("#errors [role=tabpanel]")
    assert panels.nth(0).is_visible() and not panels.nth(1).is_visible()
    second.click()
    assert not panels.nth(0).is_visible() and panels.nth(1).is_visible()
    second.press("ArrowLeft")
    assert panels.nth(0).is_visible() and first.get_attribute("aria-selected") == "true"

    plays = page.locator("#quality .play").all()
    is_playing = "clip => !document.getElementById(clip).paused"
    clips = [button.get_attribute("data-clip") for button in plays[:2]]
    plays[0].click()
    page.evaluate(MOVES, clips[0])
    assert plays[0].get_attribute("aria-pressed") == "true"
    plays[1].click()
    assert [page.evaluate(is_playing, clip) for clip in clips] == [False, True]
    plays[1].click()
    assert not page.evaluate(is_playing, clips[1])
    assert plays[1].get_attribute("aria-pressed") == "false"

    head = page.locator("#scores table.sortable thead button", has_text="EER")
    column = "table.sortable tbody td:nth-of-type(4)"
    for is_falling in (False, True):
        head.click()
        texts = page.locator(column).all_text_contents()
        rates = [float(text.split()[0]) for text in texts if text != "-"]
        assert len(set(rates)) > 1 and rates == sorted(rates, reverse=is_falling)


def test_pointing_says_what_is_there(look):
    page = look()
    tip = page.locator("#tip")
    assert not tip.is_visible()
    chart = page.locator("#det svg.chart")
    chart.scroll_into_view_if_needed()
    page.evaluate(SCROLLED)
    dot = chart.locator("circle.dot").first.bounding_box()
    page.mouse.move(dot["x"] + 4, dot["y"] + 4)
    assert tip.is_visible() and tip.text_content().startswith("alone\nequal error rate")
    glyph = page.locator("#map svg.chart .glyph").first
    glyph.scroll_into_view_if_needed()
    page.evaluate(SCROLLED)
    glyph.hover(force=True)
    shown = page.locator("#map svg.choosing .glyph.hot")
    group = shown.first.get_attribute("data-group")
    assert {each.get_attribute("data-group") for each in shown.all()} == {group}
    assert shown.count() == page.locator(f"#map figure >> nth=0 >> [data-group='{group}']").count()


@pytest.mark.parametrize("width", [1400, 768, 360])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_and_is_seen(look, width, scheme, tmp_path):
    page = look(width, scheme)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    image = Image.open(io.BytesIO(page.screenshot(path=tmp_path / "page.png"))).convert("L")
    paper = image.getpixel((width - 3, 3))
    assert paper > 230 if scheme == "light" else paper < 60
    dark, light = image.getextrema()
    assert light - dark > 150  # text is on it
    text = page.locator("#results .headline").first
    assert text.is_visible() and text.bounding_box()["width"] <= width
