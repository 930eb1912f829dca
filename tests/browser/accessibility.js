// What a page does wrong for readers who use a keyboard, a screen reader or weak eyes.
// Run in the page; gives one line per fault.
() => {
  const faults = [];
  const told = (element) => element.outerHTML.replace(/\s+/g, " ").slice(0, 100);
  const fault = (what, element) => faults.push(element ? `${what}: ${told(element)}` : what);
  const all = (selector) => [...document.querySelectorAll(selector)].filter((element) => element.checkVisibility());
  const text = (element) => (element ? element.textContent.trim() : "");
  const name = (element) =>
    (element.getAttribute("aria-label") || "").trim() ||
    (element.getAttribute("aria-labelledby") || "").split(/\s+/).map((id) => text(document.getElementById(id))).join(" ").trim();

  if (!document.documentElement.lang) fault("no language");
  if (!document.title.trim()) fault("no title");
  if (all("h1").length !== 1) fault(`${all("h1").length} headings of the first level`);
  let level = 0;
  for (const heading of all("h1, h2, h3, h4, h5, h6")) {
    const now = Number(heading.tagName[1]);
    if (now > level + 1) fault(`heading of level ${now} after level ${level}`, heading);
    if (!text(heading)) fault("empty heading", heading);
    level = now;
  }
  const ids = new Set();
  for (const element of document.querySelectorAll("[id]")) {
    if (ids.has(element.id)) fault("id twice", element);
    ids.add(element.id);
  }
  for (const image of all("img")) if (!(image.getAttribute("alt") || "").trim()) fault("picture without words", image);
  for (const svg of all("svg")) {
    const hidden = svg.closest("[aria-hidden=true]");
    if (!hidden && !(svg.hasAttribute("role") && (name(svg) || svg.querySelector(":scope > title")))) fault("drawing without words", svg);
  }
  for (const table of all("table")) {
    if (!table.querySelector("th")) fault("table without headings", table);
    for (const cell of table.querySelectorAll("th")) if (text(cell) && !cell.hasAttribute("scope")) fault("table heading without scope", cell);
  }
  for (const field of all("input, select, textarea")) {
    const labels = [...(field.labels || [])].map(text).join("");
    if (!labels && !name(field)) fault("field without label", field);
  }
  for (const link of all("a[href], button, [role=option]")) {
    const pictures = [...link.querySelectorAll("img[alt]")].map((image) => image.alt).join("");
    if (!text(link) && !name(link) && !pictures) fault("nothing to read on what can be chosen", link);
  }
  for (const box of all("body *")) {
    const style = getComputedStyle(box);
    const wide = /auto|scroll/.test(style.overflowX) && box.scrollWidth > box.clientWidth + 1;
    const tall = /auto|scroll/.test(style.overflowY) && box.scrollHeight > box.clientHeight + 1;
    const reached = box.tabIndex >= 0 || box.querySelector("a[href], button, input, select, [tabindex='0']");
    if ((wide || tall) && !reached) fault("no key scrolls this", box);
  }

  // Contrast of text, over what is behind it.
  const parse = (color) => {
    const [r, g, b, a = 1] = color.match(/[\d.]+/g).map(Number);
    return { rgb: [r, g, b], a };
  };
  const over = (front, back, a) => front.map((value, k) => value * a + back[k] * (1 - a));
  const light = (rgb) => {
    const [r, g, b] = rgb.map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    if (!element) return [255, 255, 255];
    const { rgb, a } = parse(getComputedStyle(element).backgroundColor);
    return a === 1 ? rgb : over(rgb, behind(element.parentElement), a);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement;
    if (!node.textContent.trim() || !element.checkVisibility({ visibilityProperty: true }) || element.closest("script, style, title")) continue;
    const style = getComputedStyle(element), back = behind(element);
    let { rgb, a } = parse(element.closest("svg") ? style.fill : style.color);
    for (let up = element; up; up = up.parentElement) a *= Number(getComputedStyle(up).opacity);
    const [high, low] = [light(over(rgb, back, a)), light(back)].sort((x, y) => y - x);
    const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const ratio = (high + 0.05) / (low + 0.05);
    if (ratio < (large ? 3 : 4.5)) fault(`contrast ${ratio.toFixed(2)}`, element);
  }
  return faults;
}
