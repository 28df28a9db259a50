// The page is whole without this. With it: a filter, keys j and k, and one frame at a time.
(() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const links = all(".list a");
  const plain = (text) => text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").replace(/\s+/g, " ").toLowerCase();

  // The message in the address; else the last one read, for those who came back from another section; else the first.
  const shown = () => document.querySelector(".reader article:target")
    || document.querySelector(".reader article.kept")
    || (matchMedia("(min-width: 60rem)").matches ? document.querySelector(".reader article") : null);

  // The message's own page is kept as text until it is opened.
  const open = () => {
    const article = shown();
    for (const other of all("article.kept")) other.classList.remove("kept");
    if (article) article.classList.add("kept");
    for (const link of links) {
      if (article && link.hash === "#" + article.id) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    const kept = article && article.querySelector("noscript");
    if (!kept) return;
    for (const frame of all("iframe.live")) if (!article.contains(frame)) frame.remove();
    if (article.querySelector("iframe.live")) return;
    const frame = new DOMParser().parseFromString(kept.textContent, "text/html").querySelector("iframe");
    frame.classList.add("live");
    kept.after(document.adoptNode(frame));
  };

  const move = (by) => {
    const seen = links.filter((link) => !link.closest("[hidden]"));
    const article = shown();
    const at = seen.findIndex((link) => article && link.hash === "#" + article.id);
    const next = seen[at < 0 ? 0 : at + by];
    if (!next) return;
    location.hash = next.hash;
    next.scrollIntoView({ block: "nearest" });
    const target = document.querySelector(next.hash);
    target.focus({ preventScroll: true });
    target.scrollIntoView({ block: "start" });
  };

  const rows = all("[data-row]");
  const groups = all("[data-group]");
  const box = document.getElementById("filter");
  const found = document.getElementById("found");
  let texts = null;
  const filter = () => {
    texts ||= rows.map((row) => plain(row.textContent + " " + (row.dataset.find || "")));
    const wanted = plain(box.value).trim().split(" ").filter(Boolean);
    let count = 0;
    rows.forEach((row, i) => {
      const fits = wanted.every((word) => texts[i].includes(word));
      if (row.hidden === fits) row.hidden = !fits;
      if (fits) count += 1;
    });
    for (const group of groups) {
      group.hidden = wanted.length > 0 && !group.querySelector("[data-row]:not([hidden])");
      if (group.tagName !== "DETAILS") continue;
      group.dataset.was ??= group.open ? "open" : "closed";
      group.open = wanted.length ? !group.hidden : group.dataset.was === "open";
      if (!wanted.length) delete group.dataset.was;
    }
    found.textContent = !wanted.length ? "" : count ? found.dataset.some.replace("{count}", count) : found.dataset.none;
  };

  let wait = 0;
  box.addEventListener("input", () => { clearTimeout(wait); wait = setTimeout(filter, 120); });
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, textarea, select")) return;
    if (event.key === "j") move(1);
    if (event.key === "k") move(-1);
    if (event.key === "/") { event.preventDefault(); box.focus(); }
  });
  addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest("[data-move]");
    if (link) { event.preventDefault(); move(Number(link.dataset.move)); }
  });
  addEventListener("hashchange", open);
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = all("details:not([open])");
    for (const group of folded) group.open = true;
  });
  addEventListener("afterprint", () => { for (const group of folded) group.open = false; });
  for (const part of all(".filter, .keys")) part.hidden = false;
  open();
})();
