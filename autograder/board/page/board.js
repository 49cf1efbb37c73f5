// Draws what the board sends once a second. Every text goes in as text, never as HTML.
"use strict";

const body = document.body;
const desk = body.classList.contains("desk");
const outcomes = body.dataset.outcomes.split(" ");
const signs = [...document.getElementById("signs").content.children];
const $ = (id) => document.getElementById(id);
const LEAST = 0.6;
const rows = [];
let now = null;
let source = null;
let chosen = null;
let picked = null;

function element(name, className = "", text = "") {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

function say(where, text) {
  if (where.textContent !== text) where.textContent = text;
}

function counted(number, one, many) {
  return `${number} ${number === 1 ? one : many}`;
}

function listen() {
  source?.close();
  source = new EventSource(chosen ? `events?lab=${encodeURIComponent(chosen)}` : "events");
  source.onmessage = (event) => { say($("away"), ""); show(JSON.parse(event.data)); };
  source.onopen = () => say($("away"), "");
  source.onerror = () => say($("away"), "The board does not answer: this is how it was.");
  source.addEventListener("full", () => { source.close(); say($("away"), "Too many pages are open: close one, then load this one again."); });
}

function show(state) {
  const other = now === null || now.lab !== state.lab;
  now = state;
  $("class").hidden = state.joined === 0;
  $("nobody").hidden = state.joined > 0;
  say($("title"), state.title);
  say($("people"), `${body.dataset.name}: ${counted(state.joined, "seat", "seats")}, ${state.active} at work in the last quarter of an hour.`);
  if (desk) labs(state);
  if (other) rows.splice(0).forEach((row) => row.block.remove());
  state.exercises.forEach((exercise, place) => draw(rows[place] ??= block(), exercise));
  sizes(state.joined);
  pace(state.pace);
  messages(state.messages);
  if (desk) { stuck(state.stuck); mark(); } else fit();
}

// What a hall sees is one screen: a long lab is drawn smaller, as far as the last row can still read it.
function fit() {
  const asked = `${now.lab} ${now.joined} ${innerWidth} ${innerHeight}`;
  let size = body.dataset.fitted === asked ? Number(body.style.zoom) : 1;
  const drawn = (at) => { body.style.zoom = at; return body.getBoundingClientRect().height; };
  const wide = matchMedia("(min-width: 75rem)").matches;
  while (drawn(size) > innerHeight && wide && size > LEAST) size = Math.max(LEAST, size - 0.05);
  body.dataset.fitted = asked;
}

function labs(state) {
  const wanted = JSON.stringify([state.labs, chosen, state.lab]);
  if ($("labs").dataset.drawn === wanted) return;
  $("labs").dataset.drawn = wanted;
  $("labs").hidden = state.labs.length < 2 && chosen === null;
  const button = (text, lab) => {
    const made = element("button", "", text);
    made.setAttribute("aria-pressed", String(chosen === lab));
    made.addEventListener("click", () => { chosen = lab; listen(); });
    return made;
  };
  const each = state.labs.map(([lab, title, seats]) => button(`${title} (${seats})`, lab));
  $("labs").replaceChildren(button("where most are", null), ...each);
}

function block() {
  const row = { block: element("div", "exercise"), drawn: "", shown: [], signs: "" };
  const left = element("div");
  row.name = left.appendChild(element("div", "name"));
  row.counts = left.appendChild(element("div", "counts"));
  row.cells = element("div", "cells");
  row.cells.setAttribute("role", "img");
  row.block.append(left, row.cells);
  $("exercises").append(row.block);
  return row;
}

function draw(row, exercise) {
  say(row.name, exercise.title);
  const cells = exercise.cells;
  const drawn = `${cells}/${exercise.stuck}`;
  if (row.drawn === drawn) return;
  row.drawn = drawn;
  while (row.shown.length > cells.length) row.shown.pop().remove();
  for (let place = 0; place < cells.length; place++) {
    if (row.signs[place] === cells[place] && row.shown[place]) continue;  // most have not changed: they are not touched
    const cell = row.shown[place] ??= row.cells.appendChild(element("i"));
    cell.className = cells[place] === "-" ? "cell" : `cell o${cells[place]}`;
    cell.dataset.seat = place;
  }
  row.signs = cells;
  const found = signs.map((sign, place) => [sign, cells.split(String(place)).length - 1, outcomes[place]]).filter((one) => one[1]);
  const parts = found.map(([sign, count]) => {
    const part = element("span");
    part.append(sign.cloneNode(true), ` ${count}`);
    return part;
  });
  if (exercise.stuck) parts.push(element("span", "stuck", `${exercise.stuck} stuck ≥ 5 min`));
  row.counts.replaceChildren(...parts);
  const words = found.map(([, count, outcome]) => `${count} ${outcome.replaceAll("_", " ")}`);
  row.cells.setAttribute("aria-label", `${exercise.title}: ${words.join(", ") || "nothing yet"}`);
}

function sizes(seats) {
  const size = seats <= 40 ? 24 : seats <= 120 ? 18 : seats <= 300 ? 13 : 10;
  const wanted = `${desk || size > 10 ? size : 8}px`;
  if ($("exercises").style.getPropertyValue("--cell") !== wanted) $("exercises").style.setProperty("--cell", wanted);
}

function pace(state) {
  say($("gone"), state.gone ? `${state.gone} of ${state.minutes} min gone.` : `The lab has ${state.minutes} min.`);
  say($("words"), state.words);
  const drawn = JSON.stringify([state.parts, state.gone]);
  if ($("pace").dataset.drawn === drawn) return;
  $("pace").dataset.drawn = drawn;
  const parts = state.parts.map((part) => {
    const made = element("div");
    made.style.flexGrow = part.minutes;
    made.style.flexBasis = "0";
    made.appendChild(element("i")).style.width = `${100 * part.share}%`;
    return made;
  });
  const hand = element("b");
  hand.style.left = `${100 * Math.min(1, state.gone / state.minutes)}%`;
  $("pace").replaceChildren(...parts, hand);
}

function list(where, items, none, line) {
  const drawn = JSON.stringify(items);
  if (where.dataset.drawn === drawn) return;
  where.dataset.drawn = drawn;
  where.replaceChildren(...(items.length ? items.map(line) : [element("li", "none", none)]));
}

function sentence(item) {
  const line = element("div");
  line.append(signs[item.outcome].cloneNode(true), ` ${item.sentence}`);
  return line;
}

function messages(items) {
  list($("messages"), items, "Nothing fails at the moment.", (item) => {
    const made = element("li");
    const text = element("div");
    text.append(sentence(item), element("small", "", item.exercise));
    made.append(element("span", "count", String(item.count)), text);
    return made;
  });
}

function called(seat, name) {
  return name ? `${name} (seat ${seat})` : `Seat ${seat}`;
}

function stuck(items) {
  list($("stuck"), items, "Nobody is stuck at the moment.", (item) => {
    const made = element("li");
    const text = element("div");
    const who = element("button", "who", called(item.seat, item.name));
    who.addEventListener("click", () => { picked = item.seat; mark(); });
    const tries = counted(item.tries, "check", "checks");
    const hints = item.hints ? counted(item.hints, "hint", "hints") : "no hint";
    const quiet = item.quiet >= 5 ? `, quiet for ${item.quiet} min` : "";
    text.append(who, sentence(item), element("small", "", `${item.exercise}: ${tries}, ${hints}${quiet}`));
    made.append(element("span", "count", item.minutes ? `${item.minutes}′` : "<1′"), text);
    return made;
  });
}

// Which seat a cell is: under the pointer, and for longer when it is clicked.
function mark() {
  if (picked === null && $("picked").hidden) return;
  for (const cell of document.querySelectorAll(".cell.here")) cell.classList.remove("here");
  const place = now.seats.findIndex(([seat]) => seat === picked);
  $("picked").hidden = place < 0;
  if (place < 0) return;
  rows.forEach((row) => row.shown[place]?.classList.add("here"));
  const stands = now.exercises.map((one) => `${one.title}: ${word(one.cells[place])}`);
  say($("picked"), `${called(...now.seats[place])}. ${stands.join("; ")}.`);
}

function word(sign) {
  return sign === "-" ? "nothing yet" : outcomes[sign].replaceAll("_", " ");
}

if (desk) {
  $("exercises").addEventListener("mouseover", ({ target }) => {
    if (target.dataset.seat !== undefined && now) {
      const row = rows.find((one) => one.cells === target.parentNode);
      target.title = `${called(...now.seats[target.dataset.seat])}: ${word(row.signs[target.dataset.seat])}`;
    }
  });
  $("exercises").addEventListener("click", ({ target }) => {
    if (target.dataset.seat === undefined) return;
    const [seat] = now.seats[target.dataset.seat];
    picked = picked === seat ? null : seat;
    mark();
  });
  $("clock").addEventListener("click", () => fetch(`clock/${now.lab}`, { method: "POST" }));
}
listen();
