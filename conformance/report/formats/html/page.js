// Steps through the runs of the page. Each run holds its frames as JSON, and shows the last one until it is asked for another.
const PLAY_MS = 900;

/** Whether somebody writes or moves a slider there, who needs the keys. */
const takesKeys = (element) => element instanceof HTMLInputElement;

/** Scrolls within the list alone: the page stays where it is. */
function bringToSight(list, item) {
  if (!list || !item) return;
  const [outer, inner] = [list.getBoundingClientRect(), item.getBoundingClientRect()];
  list.scrollTop += inner.top + inner.height / 2 - outer.top - list.clientHeight / 2;
}

/** Rows of steps that are yet to come fade. What is given back is told of every step that is shown. */
function startSequence(run, goTo) {
  const rows = [...run.querySelectorAll(".sequence .row")];
  const stepOf = (row) => Number(row.dataset.step);
  for (const row of rows) row.addEventListener("click", () => goTo(stepOf(row)));
  return (at) => {
    for (const row of rows) {
      row.classList.toggle("ahead", stepOf(row) > at);
      row.classList.toggle("at", stepOf(row) === at);
    }
    bringToSight(run.querySelector(".sequence"), rows.findLast((row) => stepOf(row) <= at) ?? rows[0]);
  };
}

/** Of what can still be decided; null where that is not known. */
function startStrip(run, frames, goTo) {
  const strip = run.querySelector(".strip svg");
  strip?.addEventListener("click", ({ clientX }) => {
    const { left, width } = strip.getBoundingClientRect();
    goTo(Math.floor(((clientX - left) / width) * frames.length));
  });
  return (at) => {
    strip?.querySelector(".cursor").setAttribute("x", at);
    if (strip) run.querySelector(".still").textContent = frames[at].still;
  };
}

function startRun(run) {
  const frames = JSON.parse(run.querySelector("script").textContent);
  const last = frames.length - 1;
  const cells = [...run.querySelectorAll(".cell")];
  const decided = [...run.querySelectorAll(".decided")];
  const items = [...run.querySelectorAll(".steps li")];
  const slider = run.querySelector("input");
  const now = run.querySelector(".now");
  const followers = [startSequence(run, goTo), startStrip(run, frames, goTo)];
  const button = (name) => run.querySelector(`[data-go="${name}"]`);
  let at = last;
  let timer = null;

  function show(index) {
    at = Math.max(0, Math.min(last, index));
    const frame = frames[at];
    for (const [number, cell] of frame.cells.flat().entries()) {
      const element = cells[number];
      element.textContent = cell.text === "-" ? "–" : cell.text;
      element.dataset.value = cell.text;
      element.classList.toggle("changed", cell.changed);
      element.classList.toggle("decides", cell.decides);
    }
    for (const [row, text] of frame.decided.entries()) decided[row].textContent = text;
    for (const [number, item] of items.entries()) {
      if (number === at - 1) item.setAttribute("aria-current", "step");
      else item.removeAttribute("aria-current");
    }
    bringToSight(run.querySelector(".steps"), items[at - 1]);
    for (const follow of followers) follow(at);
    now.textContent = at === 0 ? "Before the first step" : `Step ${at} of ${last}: ${frame.step}`;
    const still = frame.still === null ? "" : `; ${frame.still}`;
    slider.value = String(at);
    slider.setAttribute("aria-valuetext", `${now.textContent}${still}`);
    for (const name of ["first", "back"]) button(name).disabled = at === 0;
    for (const name of ["on", "last"]) button(name).disabled = at === last;
    if (at === last) stop();
  }

  function stop() {
    clearInterval(timer);
    timer = null;
    label("play");
  }

  /** Of the button that plays. */
  function label(text) {
    button("play").querySelector("span").textContent = text;
    button("play").setAttribute("aria-label", text);
  }

  function play() {
    if (timer !== null) return stop();
    if (at === last) show(0);
    timer = setInterval(() => show(at + 1), PLAY_MS);
    label("pause");
  }

  const moves = { first: () => 0, back: () => at - 1, on: () => at + 1, last: () => last };
  function go(name) {
    if (name === "play") return play();
    goTo(moves[name]());
  }

  function goTo(index) {
    stop();
    show(index);
  }

  for (const element of run.querySelectorAll("[data-go]"))
    element.addEventListener("click", () => go(element.dataset.go));
  slider.addEventListener("input", () => goTo(Number(slider.value)));
  for (const [number, item] of items.entries()) {
    const text = item.querySelector("span");
    const link = document.createElement("button");
    link.type = "button";
    link.textContent = text.textContent;
    link.addEventListener("click", () => goTo(number + 1));
    text.replaceWith(link);
  }
  run.querySelector(".controls").hidden = false;
  show(last);
  return { run, go };
}

const viewers = [...document.querySelectorAll(".run")].map(startRun);

// On paper a run stands at its end, where what it shows is.
addEventListener("beforeprint", () => {
  for (const { go } of viewers) go("last");
});

const KEYS = { ArrowLeft: "back", ArrowRight: "on", Home: "first", End: "last", " ": "play" };

/** The run that has the focus; else the first that is in sight. */
function addressed() {
  const focused = viewers.find(({ run }) => run.contains(document.activeElement));
  const inSight = ({ run }) => {
    const { top, bottom } = run.getBoundingClientRect();
    return bottom > 0 && top < innerHeight;
  };
  return focused ?? viewers.find(inSight);
}

document.addEventListener("keydown", (event) => {
  const name = KEYS[event.key];
  if (name === undefined || event.ctrlKey || event.metaKey || event.altKey || takesKeys(event.target)) return;
  if (event.key === " " && event.target instanceof HTMLButtonElement) return;
  const viewer = addressed();
  if (viewer === undefined) return;
  event.preventDefault();
  viewer.go(name);
});
