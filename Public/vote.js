import { announce, byId, fit, label, load, main, phone, showRound, showState } from "./page.js";
import { keepVote, keptVote, onKept, refusesCookies, tab } from "./kept.js";
import { follow } from "./updates.js";

const takeOverAfter = 10_000;
const loadPause = 1_000;
const slowAfter = 3_000;

const form = main.querySelector("form");

/** Other words make another round. */
export const shownRound = () =>
  [main.dataset.round, ...[...main.querySelectorAll("h1, .label")].map((each) => each.textContent)]
    .join("\n");

export let counted = main.dataset.choice; // What the ballot says.
let state;
let trouble; // With the vote that waits.
let news = "";
let isDelivering, wasConnected;
let tally;
let wake = () => {};

let isRefused = refusesCookies();
export let ballot = form.elements.ballot?.value;
if (isRefused) ballot = tab().ballot ?? ballot;

// Without cookies, or where every press is a ballot.
export const onlyTabKnows = () => isRefused || main.dataset.ballots === "many";
if (onlyTabKnows() && tab().round === shownRound()) counted = counted || tab().counted;

// For the round that is shown.
export const waiting = () => {
  const vote = keptVote();
  if (vote?.round === shownRound() && !vote.lateIn) return vote;
};

const press = (choice) => {
  const before = waiting();
  const isUnsure = before && (before.isUnsure || before.choice !== choice);
  keepVote({ round: shownRound(), choice, isUnsure });
  main.dataset.offered = news = trouble = "";
  resume();
};

// Brings the vote to the server.
export const resume = async (first) => {
  render();
  if (isDelivering) return wake();
  if (!first && !keptVote()) return;
  isDelivering = true;
  const slow = setTimeout(() => worry(trouble || phone.sending), slowAfter);
  // Out of touch, ask first.
  let failure = isOnline() ? "" : "lost";
  let delivery;
  while (!(delivery = await load("deliver"))) {
    failure = "lost";
    worry(phone.lost);
    await pause(loadPause);
  }
  await first?.();
  await delivery.deliver(failure);
  clearTimeout(slow);
  isDelivering = false;
};

export const pause = (milliseconds) =>
  new Promise((resume) => {
    wake = resume;
    setTimeout(resume, milliseconds * (1 + Math.random() / 2));
  });

export const know = (choice, text = "") => {
  counted = choice;
  note(text);
};

export const note = (text) => {
  news = text;
  render();
};

export const worry = (text) => {
  trouble = text;
  render();
};

// Ballot and round may have changed.
const ask = async () => {
  wake();
  (await load("ask"))?.ask();
};

export const take = (choice, refusesCookies) => {
  counted = choice ?? counted;
  isRefused = refusesCookies;
  render();
};

export const changeRound = (round, isFromPage) => {
  const old = { ...main.dataset };
  const before = shownRound();
  showRound(round);
  if (shownRound() !== before) {
    main.dataset.offered = main.dataset.cookie = main.dataset.receipt = news = counted = "";
    tally = undefined;
    resume();
    if (+main.dataset.round <= +old.round && !isFromPage) ask();
  } else if (main.dataset.phase !== old.phase) {
    main.dataset.offered = "";
    if (isOpen()) news = "";
  }
  render();
  showOutcome();
};

const isOpen = () => main.dataset.phase === "open";

const showOutcome = async () => {
  if (form.dataset.outcome || (tally && !isOpen())) (await load("outcome"))?.showOutcome(tally);
};

const render = () => {
  const { offered, time, cookie, hint } = main.dataset;
  const takesVotes = isOpen() && time !== "over";
  const choice = waiting()?.choice ?? counted;
  main.dataset.choice = choice;
  if (main.dataset.half && (counted || byId("receipt"))) showReceipt();
  main.toggleAttribute("data-sending", !!waiting());
  for (const button of form.querySelectorAll("button")) {
    button.setAttribute("aria-pressed", button.className === choice);
    button.disabled = !takesVotes || cookie === "refused";
  }
  if (waiting()) {
    if (!trouble) return notify(phone.sending);
    return notify(isOnline() ? trouble : phone.offline, phone.kept);
  }
  if (offered || cookie) return; // The server has said it.
  if (main.dataset.phase === "waiting") return notify(phone.first);
  const start = !isOpen() && phone.closed;
  if (news) return notify(start, news, counted && phone.still);
  const end = isRefused && phone.cookies;
  if (!counted) return notify(start || end);
  notify(start, isOpen() ? phone.counted : phone.answer, takesVotes && (end || hint));
};

const showReceipt = async () => (await load("receipt"))?.showReceipt(counted, !isOpen());

const isOnline = () => ["connected", "delayed"].includes(state);

/** Sentences; one may quote the label that counts. */
const notify = (...sentences) => {
  const [start, end = ""] = sentences.filter(Boolean).join(" ").split("{choice}");
  const quote = document.createElement("bdi");
  quote.textContent = end && label(counted).textContent;
  const notice = byId("notice");
  if (notice.textContent === start + quote.textContent + end) return;
  notice.textContent = start;
  notice.append(quote, end);
  fit();
};

form.addEventListener("pointerdown", () => load("deliver"));
form.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  event.preventDefault();
  button.focus();
  press(button.className);
});
main.addEventListener("time", render);
onKept(() => {
  render();
  setTimeout(resume, takeOverAfter);
});
resume();
follow({
  state: (now) => {
    state = now;
    showState(now);
    render();
    if (!isOnline()) return;
    wake();
    if (wasConnected) ask();
    wasConnected = true;
  },
  round: changeRound,
  message: (numbers) => showOutcome((tally = numbers)),
  say: announce,
  ballot: ({ choice, text, round }) => round === shownRound() && know(choice, text),
}, true);
