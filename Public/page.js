const words = {
  connecting: "Connecting…",
  connected: "Connected",
  disconnected: "Disconnected",
};

export const byId = (id) => document.getElementById(id);

export const main = document.querySelector("main");

export const label = (answer) => main.querySelector(`.${answer} .label`);

const root = document.documentElement;
const question = main.querySelector("h1");
const title = document.querySelector("title");
const titleStart = title.textContent.slice(0, -question.textContent.length);

export const address = (name) => new URL(name, import.meta.url).href;

export const fetchText = async (name, milliseconds, options) => {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), milliseconds);
  try {
    const response = await fetch(address(name), { ...options, signal: stop.signal });
    return { response, text: await response.text() };
  } finally {
    clearTimeout(timer);
  }
};

/** Makes everything smaller until it is on the screen. */
export const fit = () => {
  for (let size = 1; size > .2; size -= .05) {
    root.style.setProperty("--fit", size);
    if (root.scrollHeight <= root.clientHeight) return;
  }
};
addEventListener("resize", fit);
fit();

/** Puts a text in an element; the same again is not read out again. */
export const say = (id, text) => {
  if (byId(id).textContent !== text) byId(id).textContent = text;
};

export const showState = (state) => {
  byId("state").dataset.state = state;
  say("state", words[state]);
};

export const showRound = ({ round, question: text, yesLabel, noLabel, open }) => {
  question.textContent = text;
  title.textContent = titleStart + text;
  label("yes").textContent = yesLabel;
  label("no").textContent = noLabel;
  main.dataset.round = round;
  main.dataset.open = open ? "open" : "closed";
  fit();
};

/** Another number or other words make another round. */
export const shownRound = () =>
  [main.dataset.round, ...[question, label("yes"), label("no")].map((each) => each.textContent)]
    .join("\n");
