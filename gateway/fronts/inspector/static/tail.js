// The live tail of a list: records come as events and go in above the others. Whatever a client sent becomes text only.
"use strict";

(() => {
  const tail = document.getElementById("tail");
  const body = document.querySelector("#exchanges tbody");
  if (!tail || !body || !tail.dataset.href || !window.EventSource) return;

  const MOST_ROWS = 300;
  const MOST_HELD = 300;
  const pause = document.getElementById("tail-pause");
  const said = document.getElementById("tail-said");
  const missed = document.getElementById("tail-missed");
  const known = new Set(Array.from(body.rows, (row) => row.dataset.seq));
  let held = [];
  let leftOut = 0;

  const cell = (label, text, name) => {
    const made = document.createElement("td");
    made.dataset.label = label;
    made.textContent = text;
    if (name) made.className = name;
    return made;
  };

  const moment = (row) => {
    const made = document.createElement("time");
    made.dateTime = row.time;
    made.textContent = row.time;
    const within = document.createElement("td");
    within.dataset.label = "Time";
    if (row.href) {
      const link = document.createElement("a");
      link.href = row.href;
      link.append(made);
      within.append(link);
    } else {
      within.append(made);
    }
    return within;
  };

  const asked = (row) => {
    const within = cell("Request", "");
    for (const [name, text] of [["operation", row.operation], ["target", `${row.method} ${row.target}`]]) {
      const part = document.createElement("span");
      part.className = name;
      part.textContent = text;
      within.append(part, " ");
    }
    return within;
  };

  const show = (row) => {
    const made = document.createElement("tr");
    made.dataset.seq = row.seq;
    made.className = `tone-${row.tone} fresh`;
    made.append(
      moment(row),
      cell("Principal", row.principal),
      asked(row),
      cell("Decision", row.decision, "decision"),
      cell("Status", row.status, "status"),
      cell("From", row.origin),
      cell("ms", row.ms, "number"),
      cell("Says", row.says, "says"),
    );
    body.prepend(made);
    document.getElementById("nothing")?.remove();
    if (body.rows.length > MOST_ROWS) shorten();
  };

  // What is taken away at the end is no longer between this page and the older ones: those are asked for anew.
  const shorten = () => {
    while (body.rows.length > MOST_ROWS) {
      known.delete(body.lastElementChild.dataset.seq);
      body.lastElementChild.remove();
    }
    const older = document.querySelector('a[rel="next"]');
    if (older) {
      older.href = location.href;
      older.textContent = "Reload for older ones";
    }
  };

  const state = (name, text) => {
    if (tail.dataset.state === name) return;
    tail.dataset.state = name;
    said.textContent = text;
  };

  const count = () => {
    pause.textContent = tail.dataset.state !== "paused" ? "Pause" : held.length ? `Resume (${held.length} new)` : "Resume";
    missed.textContent = leftOut ? `${leftOut} more came than are shown.` : "";
  };

  const live = () => {
    if (tail.dataset.state !== "paused") state("live", "Live: new exchanges appear above.");
  };

  pause.addEventListener("click", () => {
    const isPaused = tail.dataset.state === "paused";
    if (isPaused) {
      tail.dataset.state = "";
      live();
      held.forEach(show);
      held = [];
    } else {
      state("paused", "Paused: new exchanges wait.");
    }
    pause.setAttribute("aria-pressed", String(!isPaused));
    count();
  });

  const source = new EventSource(tail.dataset.href);
  source.addEventListener("open", live);
  source.addEventListener("error", () => {
    if (tail.dataset.state === "paused") return;
    const isOver = source.readyState === EventSource.CLOSED;
    state(isOver ? "ended" : "waiting", isOver ? "Not live: reload this page to follow." : "Waiting for the gateway.");
  });
  source.addEventListener("record", (event) => {
    const row = JSON.parse(event.data);
    if (known.has(row.seq)) return;
    known.add(row.seq);
    if (tail.dataset.state === "paused") {
      held.push(row);
      if (held.length > MOST_HELD) {
        held.shift();
        leftOut += 1;
      }
    } else {
      show(row);
    }
    count();
  });
  source.addEventListener("dropped", (event) => {
    leftOut += JSON.parse(event.data).count;
    count();
  });
  window.addEventListener("pagehide", () => source.close());
  pause.hidden = false;
})();
