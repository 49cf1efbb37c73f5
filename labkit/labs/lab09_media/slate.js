// The slate: each stroke becomes 8 x 8 numbers, which go over a WebSocket to the student's server; its answers move the bars.
(() => {
  const slate = document.getElementById("SLATE"), data = JSON.parse(slate.querySelector("script[type='application/json']").textContent);
  const find = name => slate.querySelector(`[data-part="${name}"]`);
  const board = find("board"), seen = find("seen"), pen = board.getContext("2d"), small = seen.getContext("2d");
  const SIDE = 8, CELL = board.width / SIDE;
  let socket = null, waiting = false, dirty = false, sent = 0, answered = 0, began = 0, last = null;

  const say = (tone, words) => { const it = find("state"); it.className = `badge ${tone}`; it.textContent = words; };
  const wipe = () => { pen.fillStyle = "#000"; pen.fillRect(0, 0, board.width, board.height); };
  const shade = level => `rgb(${Array(3).fill(Math.round(level * 255 / 16)).join()})`;

  const pixels = () => {
    const all = pen.getImageData(0, 0, board.width, board.height).data, levels = Array(SIDE * SIDE).fill(0);
    for (let at = 0; at < all.length; at += 4) {
      const x = (at / 4) % board.width, y = Math.floor(at / 4 / board.width);
      levels[Math.floor(y / CELL) * SIDE + Math.floor(x / CELL)] += all[at];
    }
    return levels.map(sum => Math.round(sum * 16 / 255 / CELL / CELL * 100) / 100);
  };
  const show = levels => levels.forEach((level, at) => {
    small.fillStyle = shade(level);
    small.fillRect(at % SIDE * CELL, Math.floor(at / SIDE) * CELL, CELL, CELL);
  });
  const own = levels => {  // what the model itself says of all ten, where its weights are known here
    if (!data.weights) return [];
    const scores = data.weights.map((row, at) => row.reduce((sum, weight, place) => sum + weight * levels[place], data.biases[at]));
    const most = Math.max(...scores), powers = scores.map(score => Math.exp(score - most)), all = powers.reduce((a, b) => a + b);
    return powers.map(power => power / all);
  };
  const bars = (levels, answer) => slate.querySelectorAll("[data-class]").forEach((bar, at) => {
    const said = answer && String(answer.label) === bar.dataset.class && Number.isFinite(answer.confidence) ? answer.confidence : 0;
    bar.querySelector(".own").style.width = `${100 * (own(levels)[at] ?? 0)}%`;
    bar.querySelector(".said").style.width = `${100 * Math.min(1, Math.max(0, said))}%`;
    bar.querySelector("span").textContent = said ? said.toFixed(2) : "";
    bar.classList.toggle("named", said > 0);
  });

  const open = () => {
    say("wait", "… connecting");
    let met = false;
    const opened = socket = new WebSocket(new URL(data.address, location.href).href.replace(/^http/, "ws"));
    opened.onopen = () => { met = true; say("good", "✓ open"); waiting = false; send(); };
    opened.onmessage = message => {
      waiting = false; answered += 1;
      let answer = null;
      try { answer = JSON.parse(message.data); } catch { /* it is shown as it is */ }
      find("answer").textContent = String(message.data).slice(0, 120);
      find("count").textContent = `${answered} of ${sent} answered, the last in ${Math.round(performance.now() - began)} ms`;
      bars(last, answer);
      if (dirty) send();
    };
    opened.onclose = event => {
      if (socket !== opened) return;
      socket = null; waiting = false;
      say("bad", !met ? `✗ no connection: this page is ${location.origin}` : `✗ closed with ${event.code}: the next stroke opens it again`);
    };
  };
  const send = () => {
    if (!socket) { dirty = true; open(); return; }
    if (socket.readyState !== WebSocket.OPEN || waiting) { dirty = true; return; }
    last = pixels(); dirty = false; waiting = true; sent += 1; began = performance.now();
    show(last);
    find("count").textContent = `${answered} of ${sent} answered`;
    socket.send(JSON.stringify({id: sent, pixels: last}));
  };

  let from = null;
  const place = event => { const box = board.getBoundingClientRect(); return [(event.clientX - box.left) * board.width / box.width, (event.clientY - box.top) * board.height / box.height]; };
  board.onpointerdown = event => { board.setPointerCapture(event.pointerId); from = place(event); draw(event); };
  board.onpointermove = event => { if (from) draw(event); };
  board.onpointerup = board.onpointercancel = () => { from = null; };
  const draw = event => {
    const to = place(event);
    pen.strokeStyle = "#fff"; pen.lineCap = pen.lineJoin = "round"; pen.lineWidth = CELL * 1.15;
    pen.beginPath(); pen.moveTo(...from); pen.lineTo(...to); pen.stroke();
    from = to; send();
  };
  find("wipe").onclick = () => { wipe(); send(); };
  wipe();
  data.row.forEach((level, at) => { pen.fillStyle = shade(level); pen.fillRect(at % SIDE * CELL, Math.floor(at / SIDE) * CELL, CELL, CELL); });
  show(pixels()); bars(pixels(), data.answer); send();
})();
