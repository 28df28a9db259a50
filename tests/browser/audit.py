"""What a page must be for those who use neither mouse nor sight: checked in the browser, told as a list of faults."""

from __future__ import annotations

from playwright.sync_api import Page

STRUCTURE = """() => {
  const faults = [];
  const said = (e) => e.outerHTML.slice(0, 120);
  const seen = (e) => e.checkVisibility({ contentVisibilityAuto: true });
  const label = (e) => (e.getAttribute("aria-label")
    || (e.getAttribute("aria-labelledby") || "").split(" ").map((i) => document.getElementById(i)?.textContent || "").join("")
    || [...(e.labels || [])].map((l) => l.textContent).join("") || e.textContent || e.alt || e.title || "").trim();
  if (!document.documentElement.lang) faults.push("no lang");
  if (!document.title.trim()) faults.push("no title");
  if (document.querySelectorAll("main").length !== 1) faults.push("not one main");
  const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
  for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) faults.push("id twice: " + id);
  for (const e of document.querySelectorAll("a[href], button, input, select, textarea, summary, iframe, [tabindex='0'], nav"))
    if (seen(e) && !label(e)) faults.push("no name: " + said(e));
  for (const e of document.querySelectorAll("img")) if (!e.hasAttribute("alt")) faults.push("no alt: " + said(e));
  for (const e of document.querySelectorAll("a[href^='#']"))
    if (!document.getElementById(decodeURIComponent(e.hash.slice(1)))) faults.push("leads nowhere: " + said(e));
  let before = 0;
  for (const e of document.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
    if (!seen(e)) continue;
    const level = Number(e.tagName[1]);
    if (level > before + 1) faults.push("heading skips a level: " + said(e));
    if (level === 1 && before) faults.push("second h1: " + said(e));
    before = level;
  }
  for (const e of document.querySelectorAll("table")) {
    if ([...e.querySelectorAll("th")].some((th) => !th.scope)) faults.push("th without scope: " + said(e));
    if (!label(e)) faults.push("table without name: " + said(e));
  }
  for (const e of document.querySelectorAll("pre, nav, div"))
    if (seen(e) && /auto|scroll/.test(getComputedStyle(e).overflowY) && e.scrollHeight > e.clientHeight + 1
        && e.tabIndex < 0 && !e.querySelector("a, button, [tabindex='0']")) faults.push("scrolls by mouse only: " + said(e));
  for (const e of document.querySelectorAll("*"))
    for (const a of e.attributes) if (/^on/i.test(a.name)) faults.push("inline handler: " + said(e));
  return faults;
}"""

# Contrast of every visible piece of text with what lies behind it: WCAG 2.2, 1.4.3 (AA): 4.5, or 3 for large text.
CONTRAST = """() => {
  const rgb = (text) => { const n = (text.match(/[\\d.]+/g) || []).map(Number); return n.length < 4 ? [...n, 1] : n; };
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255).map((v) => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const behind = (e) => {
    for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c[3] === 1) return c; }
    return [255, 255, 255, 1];
  };
  const faults = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const e = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !e.checkVisibility() || e.closest("script, style, noscript")) continue;
    const style = getComputedStyle(e), size = parseFloat(style.fontSize);
    const [a, b] = [light(rgb(style.color)), light(behind(e))].sort((x, y) => y - x);
    const ratio = (a + .05) / (b + .05), large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5))
      faults.add(`${ratio.toFixed(2)}: ${e.tagName}.${e.className} ${e.textContent.trim().slice(0, 40)}`);
  }
  return [...faults];
}"""

OVERFLOW = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll("body *")]
    .filter((e) => e.checkVisibility() && e.getBoundingClientRect().right > width + 1)
    .slice(0, 5).map((e) => e.outerHTML.slice(0, 120));
}"""


def faults_of(page: Page) -> list[str]:
    """Names, headings, tables, links and contrast."""
    return [*page.evaluate(STRUCTURE), *page.evaluate(CONTRAST)]


def too_wide(page: Page) -> list[str]:
    """What makes the page scroll sideways."""
    found: list[str] = page.evaluate(OVERFLOW)
    return found
