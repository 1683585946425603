// Charts in the place of #chart: drawn from charts.json, narrowed by dragging. Texts are set as text, never as markup.
"use strict";

(() => {
  const place = document.getElementById("chart");
  if (!place || !window.uPlot) return;
  const query = place.dataset.query || "";
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();

  const said = document.createElement("p");
  said.className = "hint";
  said.id = "chart-said";
  said.setAttribute("role", "status");
  place.append(said);
  const plots = document.createElement("div");
  plots.className = "plots";
  place.append(plots);

  function narrowed(since, until) {
    const address = new URL(place.dataset.path || "/inspector/", location.href);
    address.search = query;
    for (const name of ["before", "after"]) address.searchParams.delete(name);
    address.searchParams.set("from", moment(since));
    address.searchParams.set("to", moment(until));
    return address;
  }

  function moment(seconds) {
    return new Date(Math.round(seconds) * 1000).toISOString().replace(".000Z", "Z");
  }

  // A drag is told to all charts, whose cursors go together: the page goes once, by the chart that was dragged over.
  let isLeaving = false;
  addEventListener("pageshow", () => {
    isLeaving = false;
  });

  function chosen(plot, step) {
    const { left, width } = plot.select;
    if (width < 4 || isLeaving) return;
    isLeaving = true;
    const since = Math.floor(plot.posToVal(left, "x") / step) * step;
    const until = Math.ceil(plot.posToVal(left + width, "x") / step) * step;
    location.assign(narrowed(since, until));
  }

  function drawn(title, times, lines, step) {
    const grid = { stroke: colour("--line"), width: 1 };
    const axis = { stroke: colour("--quiet"), grid, ticks: grid };
    const options = {
      title,
      ...size(),
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
      cursor: { sync: { key: "inspector" }, drag: { x: true, y: false, setScale: false } },
      scales: { y: { range: (_, least, most) => [0, most > 0 ? most * 1.05 : 1] } },
      axes: [{ ...axis, values: (_, times) => marks(times), space: 64 }, { ...axis, size: 56 }],
      series: [{ label: "time", value: (_, seconds) => (seconds === null ? "" : moment(seconds)) }, ...lines.map(line)],
      hooks: { setSelect: [(plot) => chosen(plot, step)] },
    };
    return new uPlot(options, [times, ...lines.map((each) => each.values)], plots);
  }

  // Beside each other where there is room, else one below the other.
  function size() {
    const width = place.clientWidth;
    return { width: Math.max(240, width >= 900 ? Math.floor((width - 32) / 3) : width), height: 150 };
  }

  // The time of day, and the day where it begins or where days are all there is.
  function marks(times) {
    return times.map((seconds, at) => {
      const [day, time] = moment(seconds).split("T");
      const isDay = time.startsWith("00:00") || times.every((each) => each % 86400 === 0);
      const isNew = at === 0 || moment(times[at - 1]).split("T")[0] !== day;
      return isDay ? day.slice(5) : isNew ? `${time.slice(0, 5)}\n${day.slice(5)}` : time.slice(0, 5);
    });
  }

  function line(each) {
    const points = { show: each.values.filter((value) => value !== null).length < 2 };
    return { label: each.label, stroke: colour(each.colour), width: 1.5, dash: each.dash, points };
  }

  function show(counted) {
    const { t, step_s: step } = counted;
    if (!t.length) {
      said.textContent = "Nothing was counted in this time.";
      return;
    }
    const per = step % 86400 === 0 ? `${step / 86400} d` : step % 3600 === 0 ? `${step / 3600} h` : `${step / 60} min`;
    const rate = counted.requests.map((count) => count / step);
    const all = [
      drawn("Requests a second", t, [{ label: "requests/s", colour: "--requests", values: rate }], step),
      drawn(`Denied, invalid and failed, by ${per}`, t, [
        { label: "denied", colour: "--denied", values: counted.denied },
        { label: "invalid", colour: "--second", dash: [6, 3], values: counted.invalid },
        { label: "errors", colour: "--third", dash: [2, 3], values: counted.errors },
      ], step),
      drawn("Time that requests took, ms below", t, [
        { label: "p50", colour: "--requests", values: counted.p50_ms },
        { label: "p95", colour: "--denied", values: counted.p95_ms },
      ], step),
    ];
    const still = document.getElementById("graphs");
    if (still) still.hidden = true;
    const since = counted.counted_from_ms;
    const bound = since === null ? "" : ` Only the newest requests are counted, from ${moment(since / 1000)} on.`;
    said.textContent = `Drag over a chart to narrow to that time, or fill in From and To. Times are UTC.${bound}`;
    place.dataset.state = "drawn";
    addEventListener("resize", () => {
      for (const plot of all) plot.setSize(size());
    });
  }

  fetch(`/inspector/charts.json${query}`, { credentials: "same-origin" })
    .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(String(answer.status)))))
    .then(show)
    .catch(() => {
      said.textContent = "The charts cannot be drawn now.";
      place.dataset.state = "failed";
    });
})();
