"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const words = data.words, actors = data.actors;
  const at = (id) => document.getElementById(id);
  const state = { layer: 0, least: 0, size: "", chosen: -1, way: "both", find: "", shown: new Set(), sort: -1, up: true };
  const hollow = { not_asked: ";stroke-dasharray:4 2.5", suppressed: ";stroke-dasharray:7 2 1.8 2" };
  const layer = () => data.layers[state.layer];

  // ---- elements; text only ever enters the page as text

  function make(name, attributes = {}, ...children) {
    const svg = make.svg.has(name);
    const element = svg ? document.createElementNS("http://www.w3.org/2000/svg", name) : document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children.map((child) => (typeof child === "number" ? String(child) : child)));
    return element;
  }
  make.svg = new Set(["svg", "g", "path", "circle", "text", "tspan", "title", "line"]);

  function say(phrase, fields) {
    return phrase.replace(/\{(\w+)\}/g, (_, name) => fields[name]);
  }

  function pick(text, index) {
    const button = make("button", { type: "button" }, text);
    button.addEventListener("click", () => choose(index, true));
    return button;
  }

  // ---- what is shown

  const strength = (tie) => layer().strengths[tie[2]];
  const strong = (tie) => strength(tie).value >= (layer().stops[state.least] || [0])[0] - 1e-9;
  const fold = (text) => text.toLocaleLowerCase(document.documentElement.lang);
  const found = (k) => state.find !== "" && fold(actors[k].name).includes(fold(state.find));

  function near(tie) {
    const [from, to] = tie;
    if (state.chosen < 0) return true;
    if (!layer().directed || state.way === "both") return from === state.chosen || to === state.chosen;
    return (state.way === "sent" ? from : to) === state.chosen;
  }

  function reasonsOf(gap) {
    return [gap[2], gap[3]].filter((reason) => reason > -1);
  }

  // Of each actor: who it is tied to, and what nobody knows, by reason.
  function around(k) {
    const here = layer(), found = { sent: [], received: [], gaps: { sent: {}, received: {} } };
    const missing = (way, reason, other) => {
      if (reason > -1) (found.gaps[way][reason] ||= []).push(other);
    };
    for (const tie of here.ties) {
      if (tie[0] === k || (!here.directed && tie[1] === k)) found.sent.push([tie[0] === k ? tie[1] : tie[0], tie]);
      else if (tie[1] === k) found.received.push([tie[0], tie]);
    }
    for (const [from, to, there, back] of here.unknown) {
      if (!here.directed) {
        if (from === k || to === k) missing("sent", there, from === k ? to : from);
        continue;
      }
      if (from === k) { missing("sent", there, to); missing("received", back, to); }
      if (to === k) { missing("received", there, from); missing("sent", back, from); }
    }
    const strongest = (a, b) => strength(b[1]).value - strength(a[1]).value || a[0] - b[0];
    found.sent.sort(strongest);
    found.received.sort(strongest);
    found.unknown = Object.values(found.gaps).flatMap((byReason) => Object.values(byReason)).flat().length;
    return found;
  }

  // ---- the drawing

  const radius = (k) => {
    if (state.size === "") return actors[k].r;
    const values = layer().measures[state.size].values, value = values[k];
    const most = Math.max(...values.map((other) => Math.abs(other || 0)));
    return value === null || !most ? 4 : Math.max(4, actors[k].r * 2.1 * Math.sqrt(Math.abs(value) / most));
  };

  const kinds = new Map(data.groups.kinds.map((kind) => [kind.group, kind.path.slice(1, -1).split(" ").map((corner) => corner.split(",").map(Number))]));

  // How far from its centre the border of a mark of radius 1 is, in a direction.
  function border(k, dx, dy) {
    const corners = kinds.get(actors[k].group);
    let far = 0;
    corners.forEach(([x, y], one) => {
      const [nextX, nextY] = corners[(one + 1) % corners.length], [ex, ey] = [nextX - x, nextY - y];
      const turn = dx * ey - dy * ex, share = (x * dy - y * dx) / turn, reached = (x * ey - y * ex) / turn;
      if (share >= -1e-9 && share <= 1 + 1e-9) far = Math.max(far, reached);
    });
    return far;
  }

  // Whether a place is on a mark, on the arc around it, or nearer than a gap.
  function on(k, x, y, gap) {
    const [dx, dy] = [x - actors[k].at[0], y - actors[k].at[1]], long = Math.hypot(dx, dy);
    if (!long) return true;
    const mark = radius(k) * border(k, dx / long, dy / long) + 2.5;
    return long < gap + (layer().lines ? mark : Math.max(mark, radius(k) + 7.5));
  }

  // The arc between two actors, cut where their marks begin.
  function arc(from, to, bow, head) {
    const [x0, y0] = actors[from].at, [x2, y2] = actors[to].at;
    const x1 = (x0 + x2) / 2 - bow * (y2 - y0), y1 = (y0 + y2) / 2 + bow * (x2 - x0);
    const point = (t) => [0, 1].map((axis) => {
      const [a, b, c] = axis ? [y0, y1, y2] : [x0, x1, x2];
      return (1 - t) ** 2 * a + 2 * t * (1 - t) * b + t ** 2 * c;
    });
    let start = 0, end = 1;
    while (start < 0.45 && on(from, ...point(start), 0)) start += 0.01;
    while (end > 0.55 && on(to, ...point(end), head)) end -= 0.01;
    const mid = (1 - start) * (1 - end), slope = start + end - 2 * start * end, last = start * end;
    const blend = (a, b, c) => mid * a + slope * b + last * c;
    return { start: point(start), control: [blend(x0, x1, x2), blend(y0, y1, y2)], end: point(end) };
  }

  const round = (pair) => pair.map((value) => value.toFixed(1)).join(" ");
  const along = (line) => `M${round(line.start)}Q${round(line.control)} ${round(line.end)}`;

  function arrow(line, width) {
    const [x, y] = line.end, turn = Math.atan2(y - line.control[1], x - line.control[0]);
    const long = 4.5 + 2.1 * width, half = 1.6 + 1.1 * width;
    const corner = (back, side) => [x - back * Math.cos(turn) - side * Math.sin(turn), y - back * Math.sin(turn) + side * Math.cos(turn)];
    return `M${round(corner(-long, 0))}L${round(corner(0, half))}L${round(corner(0, -half))}Z`;
  }

  const dashes = (reason) => ["", "1 4", "6 4", "6 3 1 3", "2 2", "9 4 2 4", "", "4 5"][reason] || "1 4";

  function drawTies() {
    const group = make("g", { "aria-hidden": "true" });
    for (const gap of layer().unknown) {
      const reasons = reasonsOf(gap).filter((reason) => state.shown.has(reason));
      if (!reasons.length) continue;
      const line = arc(gap[0], gap[1], gap[4], 0);
      const told = reasons.map((reason) => data.states[reason]).join(", ");
      const path = make("path", { d: along(line), class: near(gap) ? "gap" : "gap far", "stroke-dasharray": dashes(reasons[0]) });
      path.append(make("title", {}, `${actors[gap[0]].name} – ${actors[gap[1]].name}: ${told}`));
      group.append(path);
    }
    for (const tie of layer().ties.filter(strong)) {
      const [from, to, , bow] = tie, { width, ink, against, text } = strength(tie), far = near(tie) ? "" : " far";
      const head = layer().directed ? 4.5 + 2.1 * width : 0;
      const line = arc(from, to, bow, head);
      const path = make("path", { d: along(line), class: `tie${far}`, stroke: ink, "stroke-width": width });
      if (against) path.setAttribute("stroke-dasharray", "6 2.5");
      path.append(make("title", {}, `${actors[from].name} ${layer().directed ? "→" : "–"} ${actors[to].name}: ${text}`));
      group.append(path);
      if (head) group.append(make("path", { d: arrow(line, width), class: `head${far}`, fill: ink }));
    }
    return group;
  }

  function share(k, around) {
    const part = Math.min(layer().shares[k], 0.995), turn = 2 * Math.PI * part;
    const end = [around * Math.sin(turn), -around * Math.cos(turn)];
    return make("path", { class: "arc", d: `M0 ${-around}A${around} ${around} 0 ${part > 0.5 ? 1 : 0} 1 ${round(end)}` });
  }

  function told(k) {
    const { sent, received, unknown } = around(k);
    return layer().directed
      ? say(words.status_actor, { actor: actors[k].name, sent: sent.length, received: received.length, unknown })
      : say(words.status_tied, { actor: actors[k].name, tied: sent.length, unknown });
  }

  function drawNode(k, neighbours) {
    const actor = actors[k], size = radius(k), silent = layer().silent[k];
    const kind = data.groups.kinds.find((one) => one.group === actor.group);
    const classes = ["node", neighbours.has(k) ? "" : "far", found(k) ? "found" : ""].filter(Boolean);
    const node = make("g", {
      id: `actor-${k}`, class: classes.join(" "), role: "option", tabindex: k === (state.chosen < 0 ? focus : state.chosen) ? 0 : -1,
      "aria-selected": String(k === state.chosen), "aria-label": told(k), transform: `translate(${actor.at.join(" ")})`,
    });
    const mark = make("path", { class: "mark", d: kind.path, transform: `scale(${size.toFixed(2)})`, fill: silent ? data.palette.paper : kind.fill });
    if (silent) mark.setAttribute("style", `stroke:${kind.fill};stroke-width:2.2${hollow[silent] || ""}`);
    const [x, y] = [actor.text[0] - actor.at[0], actor.text[1] - actor.at[1]];
    const high = data.font * 1.12, top = y - (high * (actor.lines.length - 1)) / 2 + data.font * 0.35;
    const text = make("text", { "text-anchor": ["start", "middle", "end"][actor.edge + 1], "font-size": data.font, "aria-hidden": "true" });
    actor.lines.forEach((line, row) => text.append(make("tspan", { x: x.toFixed(1), y: (top + row * high).toFixed(1) }, line)));
    node.append(make("circle", { class: "hit", r: Math.max(14, size + 4) }), make("circle", { class: "ring", r: (size * 1.2 + 3.5).toFixed(1) }), mark);
    if (!layer().lines && layer().shares[k]) node.append(share(k, size * 1.2 + 3.5));
    node.append(text);
    if (state.size !== "" && layer().measures[state.size].values[k] === null) node.append(make("text", { "text-anchor": "middle", y: 4, "font-size": 12 }, "?"));
    node.addEventListener("click", () => choose(k === state.chosen ? -1 : k));
    return node;
  }

  function draw() {
    const svg = at("drawing"), neighbours = new Set(state.chosen < 0 ? actors.keys() : [state.chosen]);
    if (state.chosen > -1) {
      for (const tie of layer().ties) if (strong(tie) && near(tie)) neighbours.add(tie[0]).add(tie[1]);
      for (const gap of layer().unknown) if (near(gap) && reasonsOf(gap).some((reason) => state.shown.has(reason))) neighbours.add(gap[0]).add(gap[1]);
    } else if (actors.some((_, k) => found(k))) {
      for (const k of actors.keys()) if (!found(k)) neighbours.delete(k);
    }
    svg.setAttribute("viewBox", data.box.join(" "));
    const active = svg.contains(document.activeElement);
    svg.replaceChildren(drawTies(), ...actors.map((_, k) => drawNode(k, neighbours)));
    if (active) at(`actor-${focus}`).focus({ preventScroll: true });
  }

  // ---- the chosen actor

  function list(heading, ties, byReason, gapsHeading) {
    const parts = [make("h3", {}, `${heading} (${ties.filter(([, tie]) => strong(tie)).length})`)];
    const shown = ties.filter(([, tie]) => strong(tie));
    if (shown.length) parts.push(make("ul", {}, ...shown.map(([other, tie]) => make("li", {}, pick(actors[other].name, other), make("span", {}, strength(tie).text)))));
    else parts.push(make("p", {}, ties.length ? words.none_strong : words.none));
    const gaps = Object.entries(byReason);
    if (gaps.length) parts.push(make("h3", {}, gapsHeading));
    for (const [reason, others] of gaps) parts.push(make("p", {}, `${data.states[reason]}: ${others.map((other) => actors[other].name).join(", ")}`));
    return parts;
  }

  function ways() {
    const set = make("fieldset", { class: "ways" }, make("legend", {}, words.ties_shown));
    for (const way of ["both", "sent", "received"]) {
      const box = make("input", { type: "radio", name: "way", value: way, id: `way-${way}` });
      box.checked = state.way === way;
      box.addEventListener("change", () => { state.way = way; draw(); detail(); at(`way-${way}`).focus(); });
      set.append(make("label", { for: `way-${way}` }, box, words[way]));
    }
    return set;
  }

  function detail() {
    const k = state.chosen, place = at("chosen-told");
    at("chosen-name").textContent = k < 0 ? words.actor : actors[k].name;
    if (k < 0) return place.replaceChildren(make("p", {}, words.chosen_none));
    const here = layer(), { sent, received, gaps } = around(k), parts = [];
    const rows = (pairs) => make("dl", {}, ...pairs.flatMap(([name, ...value]) => [make("dt", {}, name), make("dd", {}, ...value)]));
    if (actors[k].facts.length) parts.push(rows(actors[k].facts));
    if (here.silent[k]) parts.push(make("p", {}, here.silent[k] === "suppressed" ? words.hollow_suppressed : words.hollow));
    parts.push(make("h3", {}, words.measures));
    parts.push(rows(here.measures.map((measure) => [measure.name, measure.texts[k], ...(measure.why[k] ? [make("small", {}, measure.why[k])] : [])])));
    if (here.directed) {
      parts.push(ways());
      if (state.way !== "received") parts.push(...list(words.sends, sent, gaps.sent, words.unknown_sent));
      if (state.way !== "sent") parts.push(...list(words.receives, received, gaps.received, words.unknown_received));
    } else parts.push(...list(words.tied, sent, gaps.sent, words.unknown_tied));
    const close = make("button", { type: "button", class: "close" }, words.close);
    close.addEventListener("click", () => choose(-1, true));
    place.replaceChildren(...parts, close);
  }

  // ---- the same as tables

  function head(table, columns, sortable) {
    const cells = columns.map((column, k) => {
      const cell = make("th", { scope: "col" });
      if (k && sortable) cell.className = "number";
      if (!sortable) return cell.append(column), cell;
      const button = make("button", { type: "button", title: say(words.sort, { column }) }, column);
      if (k - 1 === state.sort) cell.setAttribute("aria-sort", state.up ? "ascending" : "descending");
      button.addEventListener("click", () => {
        state.up = k - 1 === state.sort ? !state.up : k === 0;
        state.sort = k - 1;
        actorTable();
        at("actors").querySelectorAll("thead button")[k].focus();
      });
      return cell.append(button), cell;
    });
    table.replaceChildren(make("thead", {}, make("tr", {}, ...cells)));
  }

  function actorTable() {
    const { measures } = layer(), table = at("actors"), order = [...actors.keys()];
    const compare = new Intl.Collator(document.documentElement.lang).compare;
    const key = (k) => measures[state.sort].values[k];
    order.sort((a, b) => {
      if (state.sort < 0) return compare(actors[a].name, actors[b].name) * (state.up ? 1 : -1);
      if (key(a) === null || key(b) === null) return (key(a) === null) - (key(b) === null);
      return (key(a) - key(b)) * (state.up ? 1 : -1) || a - b;
    });
    head(table, [words.actor, ...measures.map((measure) => measure.name)], true);
    const rows = order.filter((k) => state.find === "" || found(k));
    table.append(make("tbody", {}, ...rows.map((k) => make("tr", {}, make("th", { scope: "row" }, pick(actors[k].name, k)),
      ...measures.map((measure) => make("td", { class: "number" }, measure.texts[k]))))));
  }

  function tieTable() {
    const here = layer(), table = at("ties"), rows = [];
    const row = (from, to, text) => rows.push([actors[from].name, actors[to].name, text]);
    for (const tie of [...here.ties].reverse()) if (strong(tie) && near(tie)) row(tie[0], tie[1], strength(tie).text);
    for (const gap of here.unknown) {
      if (!near(gap)) continue;
      if (state.shown.has(gap[2])) row(gap[0], gap[1], data.states[gap[2]]);
      if (state.shown.has(gap[3])) row(gap[1], gap[0], data.states[gap[3]]);
    }
    head(table, here.directed ? [words.from, words.to, words.value] : [words.ends, words.other, words.value], false);
    table.append(make("tbody", {}, ...rows.map((cells) => make("tr", {}, ...cells.map((cell) => make("td", {}, cell))))));
  }

  // ---- what the reader does

  function status(more = "") {
    const here = layer(), shown = here.ties.filter((tie) => strong(tie) && near(tie)).length;
    at("status").textContent = `${more} ${say(words.status, { ties: shown, all: here.ties.length })}`.trim();
  }

  let focus = 0;

  function choose(k, move = false) {
    if (k > -1) focus = k;
    state.chosen = k;
    if (state.find !== "") { state.find = ""; at("find").value = ""; actorTable(); }
    draw();
    detail();
    tieTable();
    status(k < 0 ? "" : told(k));
    if (move) at(`actor-${focus}`).focus({ preventScroll: true });
  }

  function search() {
    const hits = [...actors.keys()].filter(found);
    draw();
    actorTable();
    status(state.find === "" ? "" : say(words.status_found, { found: hits.length, all: actors.length }));
    return hits;
  }

  const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  // The nearest actor in a direction: sideways counts double.
  function next([dx, dy]) {
    const [x, y] = actors[focus].at, paces = actors.map((actor) => {
      const [right, down] = [actor.at[0] - x, actor.at[1] - y], ahead = right * dx + down * dy;
      return ahead > 1 ? ahead + 2 * Math.abs(right * dy + down * dx) : Infinity;
    });
    const best = paces.indexOf(Math.min(...paces));
    return paces[best] === Infinity ? focus : best;
  }

  function onKey(event) {
    const goes = { Home: 0, End: actors.length - 1 };
    if (event.key in STEPS) focus = next(STEPS[event.key]);
    else if (event.key in goes) focus = goes[event.key];
    else if (event.key === "Enter" || event.key === " ") choose(focus === state.chosen ? -1 : focus);
    else if (event.key === "Escape") choose(-1);
    else return;
    event.preventDefault();
    document.querySelectorAll(".node").forEach((node, k) => node.setAttribute("tabindex", k === focus ? 0 : -1));
    at(`actor-${focus}`).focus();
  }

  function sample(attributes, ...children) {
    return make("svg", { width: 26, height: 14, viewBox: "0 0 26 14", "aria-hidden": "true", ...attributes }, ...children);
  }

  function keys() {
    const { heading, kinds } = data.groups, here = layer();
    const rows = kinds.filter((kind) => kind.text).map((kind) => make("span", {}, sample({ width: 14, viewBox: "0 0 14 14" },
      make("path", { d: kind.path, transform: "translate(7 7) scale(5)", fill: kind.fill, stroke: data.palette.ink, "stroke-width": 0.2 })), kind.text));
    const ends = here.strengths.length > 1 ? [here.strengths[0], here.strengths.at(-1)] : [];
    const lines = ends.map(({ width, ink, text }) => make("span", {}, sample({},
      make("line", { x1: 0, x2: 26, y1: 7, y2: 7, stroke: ink, "stroke-width": width })), text));
    at("key").replaceChildren(...(rows.length ? [make("strong", {}, heading), ...rows] : []),
      ...(lines.length ? [make("strong", {}, words.value), ...lines] : []));
    const box = at("unknown"), legend = box.querySelector("legend");
    box.replaceChildren(legend);
    for (const [reason, count] of here.reasons) {
      const input = make("input", { type: "checkbox", id: `reason-${reason}` });
      input.checked = state.shown.has(reason);
      input.addEventListener("change", () => { state.shown[input.checked ? "add" : "delete"](reason); draw(); tieTable(); });
      const line = sample({}, make("line", { x1: 0, x2: 26, y1: 7, y2: 7, class: "gap", "stroke-dasharray": dashes(reason) }));
      box.append(make("label", { for: input.id }, input, line, say(words.unknown_count, { state: data.states[reason], count })));
    }
    if (!here.reasons.length) box.append(make("span", {}, words.unknown_none));
    else if (!here.lines) box.append(make("span", {}, words.arcs));
  }

  function sizes() {
    const options = [["", words.equal], ...layer().measures.map((measure, k) => [k, measure.name])];
    at("size").replaceChildren(...options.map(([value, text]) => make("option", { value }, text)));
    if (state.size !== "" && state.size >= layer().measures.length) state.size = "";
    at("size").value = state.size;
  }

  function level() {
    const stop = layer().stops[state.least], slider = at("strength");
    at("least").hidden = layer().stops.length < 2;
    slider.max = Math.max(layer().stops.length - 1, 0);
    slider.value = state.least;
    at("level").textContent = stop ? stop[1] : "";
    slider.setAttribute("aria-valuetext", stop ? stop[1] : "");
  }

  function show(index) {
    state.layer = index;
    state.least = 0;
    state.shown = new Set(layer().lines ? layer().reasons.map(([reason]) => reason) : []);
    at("counts").textContent = layer().counts.join(" · ");
    sizes();
    level();
    keys();
    actorTable();
    choose(state.chosen);
  }

  at("layer").addEventListener("change", (event) => show(Number(event.target.value)));
  at("strength").addEventListener("input", (event) => { state.least = Number(event.target.value); level(); draw(); detail(); tieTable(); status(); });
  at("size").addEventListener("change", (event) => { state.size = event.target.value === "" ? "" : Number(event.target.value); draw(); });
  at("find").addEventListener("input", (event) => { state.find = event.target.value.trim(); search(); });
  at("find").addEventListener("keydown", (event) => {
    const hits = event.key === "Enter" && state.find !== "" ? search() : [];
    if (hits.length) choose(hits[0]);
  });
  at("drawing").addEventListener("keydown", onKey);
  if (actors.length) show(0);
})();
