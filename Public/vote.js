import { byId, fetchText, fit, label, main, showRound, showState, shownRound } from "./page.js";
import { keepVote, keptVote, onKept, refusesCookies, remember, tab } from "./kept.js";
import { follow, tellTabs } from "./stream.js";

const attemptMin = 5_000; // Doubled each time.
const attemptMax = 60_000;
const slowAfter = 3_000;
const takeOverAfter = 10_000; // From another tab.
const pauseMin = 500;
const pauseMax = 3_500;
const retryAfterMax = 10; // Seconds

const troubles = {
  slow: "Still sending…",
  lost: "No answer yet.",
  busy: "The server is busy.",
};
const cookieless = "Your browser keeps no cookies, so vote on this page only.";

const form = main.querySelector("form");

let counted = main.dataset.choice; // What the ballot says.
let state; // Of the connection.
let trouble; // With the vote that waits.
let news = ""; // Said until something else happens.
let isUnsure; // A lost attempt may be counted yet.
let isDelivering, wasConnected;
let retryAfter = 0;
let wake = () => {};

// Without cookies only the tab knows its ballot.
let isRefused = refusesCookies();
let ballot = form.elements.ballot?.value;
if (isRefused && tab().ballot) {
  ballot = tab().ballot;
  if (tab().round === shownRound()) counted = tab().counted;
}

/** The vote that waits, if it is for the round that is shown. */
const waiting = () => (keptVote()?.round === shownRound() ? keptVote() : undefined);

const press = (choice) => {
  isUnsure ||= waiting() && waiting().choice !== choice;
  keepVote({ round: shownRound(), choice });
  main.dataset.offered = news = trouble = "";
  resume();
  wake();
};

/** Tries until the choice pressed last is counted or refused. */
const resume = async () => {
  render();
  if (isDelivering) return;
  isDelivering = true;
  let failure;
  for (let tries = 0; waiting(); tries++) {
    const length = Math.min(attemptMax, attemptMin * 2 ** tries);
    const next = failure && failure !== "busy" ? check : attempt;
    failure = await next(waiting().choice, length, failure);
    if (!troubles[failure] || !waiting()) continue;
    worry(failure);
    await pause(retryAfter || Math.min(pauseMax, pauseMin * 2 ** tries));
    retryAfter = 0;
  }
  isDelivering = false;
};

const attempt = async (choice, milliseconds) => {
  const round = shownRound();
  const body = new URLSearchParams({ yes: choice === "yes", round: main.dataset.round });
  if (ballot) body.set("ballot", ballot);
  const options = { method: "POST", headers: { Accept: "application/json" }, body };
  const slow = setTimeout(() => worry(trouble || "slow"), slowAfter);
  try {
    const { response, text } = await fetchText("vote", milliseconds, options);
    retryAfter = 1_000 * Math.min(retryAfterMax, response.headers.get("Retry-After"));
    return take(response.status, JSON.parse(text), choice, round);
  } catch ({ name }) {
    isUnsure ||= name === "AbortError";
    return "lost";
  } finally {
    clearTimeout(slow);
  }
};

const take = (status, { vote, code, error }, choice, round) => {
  isUnsure ||= code === "storage";
  if (round !== shownRound()) {
    if (vote === choice) note("Your vote on the question before was counted.");
  } else if (waiting()?.choice === choice) {
    if (vote === choice) return isUnsure ? "counted" : settle(choice);
    if (status === 409) return "refused";
    if (status >= 500 || status === 429) return "busy";
    settle(counted, error);
  }
};

/** Before the vote is sent again: it may be counted, or too late. */
const check = async (choice, _, failure) => {
  const page = await read();
  if (!page) return "lost";
  showPage(page);
  if (waiting()?.choice !== choice) return;
  if (page.choice === choice || (failure === "counted" && !page.choice)) settle(choice);
  else if (!page.round.open) settle(page.isKnown ? page.choice : counted, late());
  else if (failure === "refused") return "busy";
};

const late = () => `Your vote came too late, ${isUnsure ? "probably " : ""}not counted.`;

const pause = (milliseconds) =>
  new Promise((resume) => {
    wake = resume;
    setTimeout(resume, milliseconds * (1 + Math.random() / 2));
  });

const settle = (choice, text) => {
  keepVote(null);
  isUnsure = false;
  know(choice, text);
  const round = shownRound();
  if (isRefused) remember({ ballot, counted, round });
  tellTabs({ ballot: { choice, round } });
};

const know = (choice, text = "") => {
  counted = choice;
  note(text);
};

const note = (text) => {
  news = text;
  render();
};

const worry = (text) => {
  trouble = text;
  render();
};

const read = async () => {
  try {
    return await (await import("./ask.js")).readPage();
  } catch {}
};

/** While the page was away, ballot and round may have changed. */
const ask = async () => {
  const before = counted;
  const page = await read();
  if (page && counted === before && !waiting()) showPage(page);
};

const showPage = ({ round, choice, isKnown }) => {
  changeRound(round, true);
  if (isKnown) counted = choice;
  isRefused = !isKnown;
  render();
};

const changeRound = (round, isFromPage) => {
  const old = { ...main.dataset };
  const before = shownRound();
  showRound(round);
  if (shownRound() !== before) {
    main.dataset.offered = main.dataset.cookie = news = counted = "";
    dropLate();
    if (main.dataset.round === old.round && !isFromPage) ask();
  } else if (main.dataset.open !== old.open) {
    main.dataset.offered = "";
    if (round.open) news = "";
  }
  render();
};

const dropLate = () => {
  if (!keptVote() || waiting()) return;
  keepVote(null);
  news = `Another question is asked now. ${late()}`;
};

const render = () => {
  const { offered, open, cookie } = main.dataset;
  const isClosed = open === "closed";
  const choice = waiting()?.choice ?? counted;
  main.dataset.choice = choice;
  main.toggleAttribute("data-sending", !!waiting());
  for (const answer of ["yes", "no"]) {
    const button = form.querySelector(`.${answer}`);
    button.setAttribute("aria-pressed", answer === choice);
    button.disabled = isClosed || cookie === "refused";
  }
  if (waiting()) return notify(sending());
  if (offered || cookie) return; // The server has said it.
  const start = isClosed ? "Voting is closed. " : "";
  if (news) return notify(start + news + (counted ? " Still counted: " : ""), counted);
  const end = isRefused ? cookieless : "";
  if (!counted) return notify(start.trim() || end);
  notify(`${start}Thank you, your vote is counted: `, counted, end && `. ${end}`);
};

const sending = () => {
  if (!trouble) return "Sending…";
  return state === "connected"
    ? `${troubles[trouble]} Your vote is kept here and sent until it is counted.`
    : "No connection. Your vote is kept here and sent as soon as the server answers.";
};

/** The same words again are not read out again. */
const notify = (text, answer, rest = "") => {
  const quote = document.createElement("bdi");
  quote.textContent = answer ? label(answer).textContent : "";
  const notice = byId("notice");
  if (notice.textContent === text + quote.textContent + rest) return;
  notice.replaceChildren(text, quote, rest);
  fit();
};

form.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  event.preventDefault();
  press(button.className);
});
for (const back of ["online", "pageshow"]) addEventListener(back, () => wake());
addEventListener("pageshow", ({ persisted }) => {
  const [{ type } = {}] = performance.getEntriesByType("navigation");
  if (persisted || type === "back_forward") ask();
});
document.addEventListener("visibilitychange", () => {
  wake();
  if (document.visibilityState === "visible") ask();
});
onKept(() => {
  render();
  setTimeout(resume, takeOverAfter);
});
dropLate();
resume();
follow({
  state: (now) => {
    state = now;
    showState(now);
    render();
    if (now !== "connected") return;
    wake();
    if (wasConnected) ask();
    wasConnected = true;
  },
  round: changeRound,
  ballot: ({ choice, round }) => round === shownRound() && !waiting() && know(choice),
});
