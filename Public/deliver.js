// How a vote comes to the server, whatever happens on the way. vote.js loads it for the first press.

import { keepVote, keptVote, remember } from "./kept.js";
import { address, byId, main, patience, shownRound } from "./page.js";
import { tellTabs } from "./updates.js";
import {
  ballot, counted, know, note, onlyTabKnows, pause, read, showPage, waiting, worry,
} from "./vote.js";

const attemptMin = 8_000; // Doubled each time.
const attemptMax = 60_000;
const pauseMin = 500;
const pauseMax = 3_500;
const retryAfterMax = 10; // Seconds

const troubles = { lost: "No answer yet.", busy: "The server is busy." };

let retryAfter = 0;

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

const settle = (choice, text) => {
  keepVote(null);
  know(choice, text);
  const round = shownRound();
  if (onlyTabKnows()) remember({ ballot, counted, round });
  tellTabs({ ballot: { choice, text, round } });
  // Who pressed a button here feels it, and hears what became of it.
  if (document.activeElement?.localName !== "button") return;
  navigator.vibrate?.([20, 60, 20]);
  byId("notice").focus();
};

/** Every window says it, also after a reload, until the next vote or question. */
const dropLate = () => {
  const vote = keptVote();
  if (!vote || vote.round === shownRound()) return;
  const round = shownRound();
  const { lateIn = round } = vote;
  keepVote(lateIn === round ? { ...vote, lateIn } : null);
  if (lateIn === round) note(`Another question is asked now. ${late(vote)}`);
};

const late = ({ isUnsure }) =>
  `Your vote came too late, ${isUnsure ? "probably " : ""}not counted.`;

/** A lost attempt may be counted yet. */
const doubt = () => waiting() && keepVote({ ...waiting(), isUnsure: true });

const attempt = async (choice, milliseconds) => {
  const round = shownRound();
  const body = new URLSearchParams({ round: main.dataset.round });
  body.set(...(choice === "abstain" ? [choice, true] : ["yes", choice === "yes"]));
  if (ballot) body.set("ballot", ballot);
  const headers = { Accept: "application/json" };
  const signal = patience(milliseconds);
  try {
    const response = await fetch(address("vote"), { method: "POST", headers, body, signal });
    retryAfter = 1_000 * Math.min(retryAfterMax, response.headers.get("Retry-After"));
    return take(response.status, await response.json(), choice, round);
  } catch {
    if (signal.aborted) doubt();
    return "lost";
  }
};

const take = (status, { vote, code, error }, choice, round) => {
  if (code === "storage") doubt();
  if (round !== shownRound()) {
    if (vote === choice) note("Your vote on the question before was counted.");
  } else if (waiting()?.choice === choice) {
    if (vote === choice) return waiting().isUnsure ? "counted" : settle(choice);
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
  else if (page.round.phase !== "open") settle(page.choice ?? counted, late(waiting()));
  else if (failure === "refused") return "busy";
};
