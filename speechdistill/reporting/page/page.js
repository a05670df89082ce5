"use strict";
document.documentElement.classList.add("scripted");

// Tooltips: what is pointed at or, in charts of lines, the nearest point.
const tip = document.getElementById("tip");
let hot = [];
function cool() {
  hot.forEach((mark) => mark.classList.remove("hot"));
  document.querySelectorAll("svg.choosing").forEach((chart) => chart.classList.remove("choosing"));
  hot = [];
  tip.hidden = true;
}
function nearest(chart, event) {
  const box = chart.getBoundingClientRect();
  const scale = chart.viewBox.baseVal.width / box.width;
  const x = (event.clientX - box.left) * scale, y = (event.clientY - box.top) * scale;
  let found = null, best = 900;
  chart.querySelectorAll("circle.touch, circle.dot[data-tip]").forEach((mark) => {
    const distance = (mark.cx.baseVal.value - x) ** 2 + (mark.cy.baseVal.value - y) ** 2;
    if (distance < best) { best = distance; found = mark; }
  });
  return found;
}
document.addEventListener("pointermove", (event) => {
  const chart = event.target.closest && event.target.closest("svg.chart");
  const mark = chart && (event.target.closest("[data-tip]") || nearest(chart, event));
  cool();
  if (!mark) return;
  const group = mark.dataset.group;
  hot = group === undefined ? [mark] : [...chart.querySelectorAll(".glyph")].filter((each) => each.dataset.group === group);
  if (group !== undefined) chart.classList.add("choosing");
  hot.forEach((each) => each.classList.add("hot"));
  tip.textContent = mark.dataset.tip;
  tip.hidden = false;
  const room = tip.getBoundingClientRect();
  tip.style.left = Math.max(4, Math.min(event.clientX + 14, innerWidth - room.width - 8)) + "px";
  tip.style.top = (event.clientY + room.height + 24 > innerHeight ? event.clientY - room.height - 12 : event.clientY + 16) + "px";
});
document.addEventListener("scroll", cool, { passive: true });

// Sounds: one at a time.
let playing = null;
function stop() {
  if (!playing) return;
  playing.audio.pause();
  playing.button.setAttribute("aria-pressed", "false");
  playing = null;
}
document.addEventListener("click", (event) => {
  const button = event.target.closest(".play");
  if (!button) return;
  const again = playing && playing.button === button;
  stop();
  if (again) return;
  const audio = document.getElementById(button.dataset.clip);
  playing = { audio, button };
  button.setAttribute("aria-pressed", "true");
  audio.currentTime = 0;
  audio.onended = stop;
  audio.play().catch(stop);
});

// Tabs, as the ARIA pattern has them.
document.querySelectorAll(".tabs").forEach((tabs) => {
  const list = tabs.querySelector("[role=tablist]"), buttons = [...list.children];
  function choose(chosen, focus) {
    buttons.forEach((button) => {
      const is = button === chosen;
      button.setAttribute("aria-selected", String(is));
      button.tabIndex = is ? 0 : -1;
      document.getElementById(button.getAttribute("aria-controls")).hidden = !is;
    });
    if (focus) chosen.focus();
  }
  list.hidden = false;
  choose(buttons[0], false);
  list.addEventListener("click", (event) => { const button = event.target.closest("[role=tab]"); if (button) { stop(); choose(button, false); } });
  list.addEventListener("keydown", (event) => {
    const at = buttons.indexOf(document.activeElement), last = buttons.length - 1;
    const next = { ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at === 0 ? last : at - 1, Home: 0, End: last }[event.key];
    if (next !== undefined) { event.preventDefault(); choose(buttons[next], true); }
  });
});

// Tables that are sorted by a click on a column's head: numbers as numbers.
document.querySelectorAll("table.sortable").forEach((table) => {
  const heads = [...table.tHead.rows[0].cells], body = table.tBodies[0];
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const rising = head.getAttribute("aria-sort") !== "ascending";
      heads.forEach((each) => each.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", rising ? "ascending" : "descending");
      const text = (row) => row.cells[column].textContent;
      const order = (a, b) => {
        const x = parseFloat(text(a)), y = parseFloat(text(b));
        if (Number.isNaN(x) || Number.isNaN(y)) return Number.isNaN(x) - Number.isNaN(y) || text(a).localeCompare(text(b));
        return x - y;
      };
      [...body.rows].sort((a, b) => (rising ? order(a, b) : order(b, a))).forEach((row) => body.append(row));
    });
  });
});

// The table of contents shows where the reader is.
const links = new Map([...document.querySelectorAll("nav a")].map((link) => [link.hash.slice(1), link]));
const watcher = new IntersectionObserver((entries) => {
  entries.filter((entry) => entry.isIntersecting).forEach((entry) => {
    links.forEach((link) => link.removeAttribute("aria-current"));
    links.get(entry.target.id).setAttribute("aria-current", "true");
  });
}, { rootMargin: "-10% 0px -80% 0px" });
document.querySelectorAll("section[id]").forEach((section) => watcher.observe(section));
