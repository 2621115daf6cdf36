import {
  announce, answers, byId, fit, label, load, main, say, screen as said, showRound, showState,
} from "./page.js";
import { percentages } from "./percentages.js";
import { follow } from "./updates.js";
import { fill, number } from "./wording.js";

const summaryInterval = 5_000;
const revealMax = 2_000;
const body = document.body;
const isOverlay = body.classList.contains("overlay");

let round; // The newest.
let tally; // Its numbers; none while they are hidden.
let stage; // What the host wants here; the stream says it.
let summary, revealing;
const firstScreen = { join: "join", black: "black" }[body.dataset.view] ?? "result";

/** An earlier round that the host shows now. */
const earlier = () => (stage?.screen === "result" ? stage.shown : undefined);

const changeRound = (next) => {
  if (next.round !== round?.round || next.hidden) tally = undefined;
  round = next;
  render();
};

const changeStage = (next) => {
  stage = next;
  if (round) render();
  const isFaulty = next.storing === false && !isOverlay;
  if (isFaulty || byId("fault")) load("fault").then((it) => it?.show(isFaulty));
};

const render = () => {
  // Until that is known, an earlier round that is shown stays.
  if (!stage && main.dataset.earlier) return;
  const shown = earlier() ?? round;
  const isNew = main.dataset.round !== `${shown.round ?? ""}`;
  const numbers = earlier() ?? tally ?? (isNew ? { yes: 0, no: 0, abstain: 0 } : undefined);
  if (isNew) endReveal();
  showRound(shown);
  const { phase, hidden } = shown;
  main.dataset.earlier = earlier() ? "true" : "";
  say("phase", earlier() ? said.earlier : said[phase] ?? "");
  if (!shown.fingerprint) say("bound", "");
  else load("fingerprint").then((it) => it?.show(shown));
  say("word", !hidden ? "" : phase === "open" ? said.later : said.over);
  // Of a round that was there before, newer turnouts have come.
  if (isNew) showTurnout(shown);
  if (numbers && !hidden) showTally(numbers);
  const before = look(shown, numbers);
  if (before === "turnout" && body.dataset.view === "numbers" && !isNew) reveal();
  fit();
};

/** Shows one part of the page, and says which one was. */
const look = ({ phase, hidden }, numbers) => {
  const before = body.dataset.view;
  // Over a video there is no place for joining.
  const screen = isOverlay && stage?.screen === "join" ? "result" : stage?.screen ?? firstScreen;
  // Until the numbers are there, the first load stays as it is.
  const result = hidden || (before === "turnout" && !numbers) ? "turnout" : "numbers";
  body.dataset.view = screen !== "result" ? screen : phase === "waiting" ? "join" : result;
  return before;
};

/** Moves the bars into place; their numbers stand still at once. */
const reveal = () => {
  body.dataset.reveal = "now";
  revealing = setTimeout(endReveal, revealMax);
};

const endReveal = () => {
  clearTimeout(revealing);
  delete body.dataset.reveal;
};

const changeTally = (numbers) => {
  tally = numbers;
  if (!round || round.hidden || earlier()) return;
  showTally(numbers);
  if (body.dataset.view === "turnout") render();
};

const showTally = ({ yes, no = 0, abstain = 0 }) => {
  const percent = percentages(yes, no);
  for (const [answer, count] of Object.entries({ yes, no, abstain })) {
    byId(`${answer}Count`).textContent = number(count);
    if (answer === "abstain") continue;
    byId(`${answer}Percent`).textContent = percent[answer];
    // The page's steps, or the first change would pass through other lengths.
    main.querySelector(`.${answer} .share`).style.transform =
      `scale(.01, 1) scale(${percent[answer]}, 1)`;
  }
  showTurnout({ voted: yes + no + abstain });
};

const showTurnout = ({ voted }) => {
  for (const place of document.querySelectorAll(".voted")) place.textContent = number(voted);
  summary = summary ?? setTimeout(summarize, summaryInterval);
};

/** The newest numbers for a screen reader, not each. */
const summarize = () => {
  summary = undefined;
  const { view } = body.dataset;
  if (view !== "numbers" && view !== "turnout") return;
  const named = view === "numbers" ? answers.filter((answer) => label(answer).textContent) : [];
  const counts = named.map((answer) =>
    `${label(answer).textContent} ${byId(`${answer}Count`).textContent}, `);
  say("summary", counts.join("") + fill(said.voted, { count: byId("total").textContent }));
};

const showPresence = ({ connected, phones = 0 }) => {
  byId("connected").textContent = number(connected);
  byId("phones").textContent = number(phones);
};

const changeAddress = (join) => {
  const images = document.querySelectorAll("[src^='qr.svg']");
  if (images[0].alt === join.address) return;
  // By another address, or the browser shows the picture that it has.
  for (const image of images) image.src = `qr.svg?${encodeURIComponent(join.address)}`;
  images[0].alt = join.address;
  const short = join.address.replace(/^http:\/\/|\/$/g, "");
  for (const place of document.querySelectorAll(".address")) place.textContent = short;
  fit();
};

follow({
  state: showState,
  round: changeRound,
  message: changeTally,
  turnout: (turnout) => earlier() ?? showTurnout(turnout),
  presence: showPresence,
  say: announce,
  stage: changeStage,
  join: changeAddress,
});

/** The host's keys. A clicker's F5 must not reload the page. */
const firstKey = async (event) => {
  if (event.key === "F5") event.preventDefault();
  (await load("remote"))?.listen(event);
};
// Not in somebody else's page.
if (self === top) addEventListener("keydown", firstKey, { once: true });
