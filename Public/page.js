const loadMin = 10_000; // Doubled each time.
const loadMax = 60_000;

export const answers = ["yes", "no", "abstain"];

export const byId = (id) => document.getElementById(id);

export const { state: states, phone, screen } = JSON.parse(byId("words").textContent);

export const main = document.querySelector("main");

export const label = (answer) => main.querySelector(`.${answer} .label`);

const root = document.documentElement;
const question = main.querySelector("h1");
const [page] = document.title.split(":");

export const address = (name) => new URL(name, import.meta.url).href;

let misses = 0;

// A browser may keep a miss, so the next has another address.
export const load = async (name) => {
  const late = new Promise((_, fail) => setTimeout(fail, Math.min(loadMax, loadMin * 2 ** misses)));
  try {
    return await Promise.race([import(`./${name}.js?${misses}`), late]);
  } catch {
    misses++;
  }
};

/** Smaller until it fits; enlarged too far for that, it scrolls. */
export const fit = () => {
  for (let size = 1; size > .2; size -= .05) {
    root.style.setProperty("--fit", size);
    if (root.scrollHeight <= root.clientHeight * (size < .28 ? 1.5 : 1)) return;
  }
  root.style.setProperty("--fit", 1);
};
addEventListener("resize", fit);
fit();

/** The same text again is not read out again. */
export const say = (id, text) => {
  if (byId(id).textContent !== text) byId(id).textContent = text;
};

export const announce = ({ text }) => {
  say("say", text);
  fit();
};

export const showState = (state) => {
  byId("state").dataset.state = state;
  say("state", states[state]);
};

export const showRound = (round) => {
  question.textContent = round.question ?? question.dataset.waiting;
  for (const answer of answers) {
    const text = (label(answer).textContent = round[`${answer}Label`] ?? "");
    main.querySelector(`.${answer}`).hidden = !text;
  }
  bind(round);
  const { phase, hidden, closesAt, now } = round;
  Object.assign(main.dataset, { round: round.round ?? "", phase, hidden });
  document.title = `${page}: ${question.textContent}`;
  if (now && (closesAt || byId("time").textContent)) {
    const heard = Date.now();
    load("countdown").then((clock) => clock?.countDown(round, heard));
  }
  fit();
};

const bind = async (round) => {
  const { rule = "none", rollCall, byHand } = round;
  if (main.dataset.round !== `${round.round}`) byId("outcome")?.remove();
  if (rule !== "none" || rollCall || byHand || byId("outcome")) (await load("verdict"))?.show(round, fit);
};
