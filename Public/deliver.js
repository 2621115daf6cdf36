// How a vote comes to the server, whatever happens on the way. vote.js loads it for the first press.

import { keepVote, keptVote, remember } from "./kept.js";
import { address, byId, load, main, phone } from "./page.js";
import { tellTabs } from "./updates.js";
import {
  ballot, counted, know, note, onlyTabKnows, pause, shownRound, waiting, worry,
} from "./vote.js";

const attemptMin = 8_000; // Doubled each time.
const attemptMax = 60_000;
const pauseMin = 500;
const pauseMax = 3_500;
const retryAfterMax = 10; // Seconds

const { lost, busy } = phone;
const troubles = { lost, busy };

let retryAfter = 0;
let epoch; // Of the ledger, as the newest attempt was sent.
let keepsReceipt; // The ballot had one before.

/**
 * Tries until the choice pressed last is counted, refused or too late. `failure` is what happened
 * before: after one, the page is asked first.
 */
export const deliver = async (failure) => {
  for (let tries = 0; waiting(); tries++) {
    const length = Math.min(attemptMax, attemptMin * 2 ** tries);
    const next = failure && failure !== "busy" ? check : attempt;
    failure = await next(waiting().choice, length, failure);
    if (!troubles[failure] || !waiting()) continue;
    worry(troubles[failure]);
    await pause(retryAfter || Math.min(pauseMax, pauseMin * 2 ** tries));
    retryAfter = 0;
  }
  dropLate();
};

/** What few need comes when there is need: on a slow network a vote would wait for it. */
let texts;
const text = async (name) => {
  while (!texts) {
    texts = await (await load("wording"))?.moreWords("delivery").catch(() => {});
    if (!texts) await pause(pauseMin);
  }
  return texts[name];
};

const sentence = async (problem) =>
  (await load("errors"))?.sentence(problem) ?? problem.error;

/** `text` may be on its way yet. */
const settle = async (choice, text) => {
  const round = shownRound();
  remind(waiting(), choice);
  keepVote(null);
  const said = text && await text;
  if (round !== shownRound()) return said && note(said);
  know(choice, said);
  if (onlyTabKnows()) remember({ ballot, counted, round });
  tellTabs({ ballot: { choice, text: said, round } });
  // Who pressed a button here feels it, and hears what became of it.
  if (document.activeElement?.localName !== "button") return;
  navigator.vibrate?.([20, 60, 20]);
  byId("notice").focus();
};

/** Where servers share a ledger, it may be lost yet: shared.js. */
const remind = async (vote, choice) => {
  if (!main.dataset.id || vote?.choice !== choice) return;
  const { half } = vote;
  const shared = await load("shared");
  if (!shared || vote.round !== shownRound()) return;
  shared.acknowledge({ choice, epoch, half }, keepsReceipt);
  // Another epoch began while the answer was on its way.
  if (epoch !== shared.epochNow()) shared.planResending();
};

/** Every window says it, also after a reload, until the next vote or question. */
const dropLate = async () => {
  const vote = keptVote();
  if (!vote || vote.round === shownRound()) return;
  const round = shownRound();
  const { lateIn = round } = vote;
  keepVote(lateIn === round ? { ...vote, lateIn } : null);
  if (lateIn !== round) return;
  const said = `${await text("other")} ${await late(vote)}`;
  if (keptVote()?.lateIn === round) note(said);
};

const late = ({ isUnsure }) => text(isUnsure ? "unsure" : "late");

/** Another ballot has the same receipt: this one was not counted. */
const redraw = () => {
  const { half, ...vote } = waiting();
  keepVote(vote);
};

/** A lost attempt may be counted yet. */
const doubt = () => waiting() && keepVote({ ...waiting(), isUnsure: true });

/** What the phone gives for the receipt of its ballot: 64 random bits. */
const draw = () =>
  [...crypto.getRandomValues(new Uint8Array(8))]
    .map((byte) => byte.toString(16).padStart(2, 0)).join("");

/** What a vote says to the server. */
export const bodyOf = (choice, half) => {
  const body = new URLSearchParams({ round: main.dataset.round });
  body.set(...(choice === "abstain" ? [choice, true] : ["yes", choice === "yes"]));
  if (ballot) body.set("ballot", ballot);
  if (half) body.set("half", half);
  const { code } = main.querySelector("form").elements;
  if (code) body.set("code", code.value);
  return body;
};

const attempt = async (choice, milliseconds) => {
  const round = shownRound();
  // The same for the same vote, however often it is sent.
  const half = main.dataset.half && (waiting().half ?? draw());
  if (half) keepVote({ ...waiting(), half });
  const body = bodyOf(choice, half);
  epoch = main.dataset.id?.replace(/-\d*$/, "");
  const headers = { Accept: "application/json" };
  // As in patience.js, which would be one more file to wait for on a slow network.
  const it = new AbortController();
  setTimeout(() => it.abort(), milliseconds);
  const { signal } = it;
  try {
    const response = await fetch(address("vote"), { method: "POST", headers, body, signal });
    retryAfter = 1_000 * Math.min(retryAfterMax, response.headers.get("Retry-After"));
    const reply = await response.json();
    if (reply.receipt && round === shownRound()) {
      const before = main.dataset.receipt;
      main.dataset.receipt = reply.receipt;
      keepsReceipt = reply.receipt === before;
      load("receipt").then((it) => it?.takeReceipt(reply.receipt, before, half, choice));
    }
    return take(response.status, reply, choice, round);
  } catch {
    if (signal.aborted) doubt();
    return "lost";
  }
};

const take = (status, { vote, ...problem }, choice, round) => {
  if (problem.code === "storage") doubt();
  if (round !== shownRound()) {
    if (vote === choice) text("before").then(note);
  } else if (waiting()?.choice === choice) {
    if (vote === choice) return waiting().isUnsure ? "counted" : settle(choice);
    if (problem.code === "receipt-taken") return redraw();
    if (status === 409) return "refused";
    if (status >= 500 || status === 429) return "busy";
    // A network that wants people to sign in first answers for the server.
    if (!problem.error) return "lost";
    settle(counted, sentence(problem));
  }
};

/** Before the vote is sent again: it may be counted, or too late. */
const check = async (choice, _, failure) => {
  const asking = await load("ask");
  const page = await asking?.read();
  if (!page) return "lost";
  asking.showPage(page);
  if (waiting()?.choice !== choice) return;
  if (page.choice === choice || (failure === "counted" && !page.choice)) settle(choice);
  else if (page.round.phase !== "open") settle(page.choice ?? counted, late(waiting()));
  else if (failure === "refused") return "busy";
};
