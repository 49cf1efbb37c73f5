// Two windows: each hidden frame is a page of an origin of its own, which sends what a button says; the browser decides what it may read.
(() => {
  const windows = document.getElementById("WINDOWS"), data = JSON.parse(windows.querySelector("script[type='application/json']").textContent);
  const find = (name, inside = windows) => inside.querySelector(`[data-part="${name}"]`);
  const panes = [...windows.querySelectorAll("[data-window]")], waiting = new Map(), etags = ["", ""];
  let numbers = 0, frames = [];

  const arrivals = list => {
    find("arrived").replaceChildren(...list.map(one => {
      const line = document.createElement("li");
      line.className = `from-${one.window}` + (one.line.startsWith("OPTIONS") ? " before" : "");
      line.dataset.line = one.line;
      line.textContent = `${one.status} ${one.line}`;
      return line;
    }));
  };
  const line = (place, wish, outcome, said) => {
    const [tone, sign] = {read: ["good", "✓"], hidden: ["bad", "✗"], unsent: ["wait", "…"]}[outcome];
    const row = document.createElement("div"), name = document.createElement("b"), words = document.createElement("span");
    row.className = `seen ${tone} fresh`; row.dataset.outcome = outcome;
    name.textContent = `${sign} ${wish.method} ${wish.path}`; words.textContent = said.slice(0, 160);
    row.append(name, words);
    const seen = find("seen", panes[place]);
    seen.append(row);
    while (seen.children.length > 4) seen.firstChild.remove();
  };
  const ask = (place, message) => new Promise(done => {
    const number = ++numbers;
    waiting.set(number, done);
    frames[place].contentWindow.postMessage({...message, labkit: "WINDOWS", number}, new URL(data.pages[place]).origin);
  });
  const own = async path => {
    const {text} = await ask(0, {own: true, url: path, options: {}});
    return text ? JSON.parse(text) : null;
  };
  const now = async () => {
    const found = await own("now");
    if (!found) return [];
    arrivals(found.arrived);
    if (find("rows").innerHTML !== found.rows) find("rows").innerHTML = found.rows;
    return found.arrived;
  };
  const send = async (place, wish, before) => {
    const headers = Object.fromEntries(Object.entries(wish.headers).map(([name, value]) => [name, value.replace("{etag}", etags[place])]).filter(([, value]) => value));
    const options = {method: wish.method, headers};
    if (wish.body !== null) { options.body = JSON.stringify(wish.body); headers["Content-Type"] = "application/json"; }
    const found = await ask(place, {url: data.address + wish.path, options});
    if (!found.problem) {
      if (found.etag) etags[place] = found.etag;
      line(place, wish, "read", `${found.status} ${found.text}`);
      return;
    }
    const mine = one => one.number > before && one.window === place && one.line === `${wish.method} ${wish.path}`;
    let came = (await now()).find(mine);
    while (came && came.status === "…") came = (await now()).find(mine);
    if (came) line(place, wish, "hidden", `it has arrived, and its ${came.status} is kept from this page`);
    else line(place, wish, "unsent", "its preflight got no permission: it was never sent");
  };
  const busy = is => windows.querySelectorAll("button").forEach(button => { button.disabled = is; });
  const turn = async action => {
    busy(true);
    try { await action(); } finally { busy(false); }
  };

  arrivals(data.arrived);
  if (!data.pages.length) { busy(true); return; }
  addEventListener("message", ({data: said, source}) => {
    if (!said || said.labkit !== "WINDOWS" || !frames.some(frame => frame.contentWindow === source)) return;
    if (said.ready) { if (++ready === 2) { busy(false); windows.dataset.ready = "yes"; } return; }
    const done = waiting.get(said.number);
    waiting.delete(said.number);
    if (done) done(said.found);
  });
  let ready = 0;
  busy(true);
  frames = data.pages.map(page => {
    const frame = document.createElement("iframe");
    frame.hidden = true; frame.src = `${page}#WINDOWS`;
    windows.append(frame);
    return frame;
  });
  windows.querySelectorAll("[data-wish]").forEach(button => {
    button.onclick = () => turn(async () => {
      const before = Math.max(0, ...(await now()).map(one => one.number));
      for (const place of [0, 1]) await send(place, data.wishes[button.dataset.wish], before);
      await now();
    });
  });
  find("count").oninput = () => { find("many").textContent = find("count").value; };
  find("race").onclick = () => turn(async () => {
    const ended = await own(`race?kind=${find("kind").value}&count=${find("count").value}`);
    find("finish").innerHTML = ended.squares;
    find("said").textContent = `${ended.what}, ${ended.said}`;
    await now();
  });
})();
