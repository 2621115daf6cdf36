// Sends again what was acknowledged, once the ledger has another epoch: it may be lost, and what is not
// stays as it is. shared.js loads it.

import { bodyOf } from "./deliver.js";
import { keepVote } from "./kept.js";
import { address, load, main } from "./page.js";
import { acknowledge, acknowledged, askedNow, epochNow } from "./shared.js";
import { counted, know, pause, resume, waiting } from "./vote.js";
import { moreWords } from "./wording.js";

const attemptMax = 10_000;
const pauseMin = 1_000; // Doubled each time.
const pauseMax = 30_000;
const retryAfterMax = 30; // Seconds
const spread = 2_000; // All phones hear it at once.

let isWatching;

/** Until all of it is counted. A vote that waits goes first: nothing is sent beside it. */
export const resend = async () => {
  await resume(sendAll);
  if (!due().length) return;
  if (main.dataset.phase === "open") setTimeout(resend, pauseMin + spread * Math.random());
  else {
    sayIfMissing();
    watchPhase();
  }
};

const own = () => acknowledged()[main.dataset.card ?? ""];

/** The server could not tell what the ballot says: the phone knows it. */
export const recall = () => {
  const vote = own();
  if (vote?.round !== askedNow() || vote.epoch !== epochNow() || counted || waiting()) return;
  know(vote.choice);
};

/** Where voting is closed it cannot be sent again, if it is missing. */
const sayIfMissing = async () => {
  const words = await moreWords("delivery").catch(() => {});
  const page = await (await load("ask"))?.read();
  const vote = own();
  if (!words || !page || page.choice === undefined || vote?.round !== askedNow()) return;
  if (page.round.round !== main.dataset.round || main.dataset.phase === "open") return;
  if (page.choice) acknowledge({ ...vote, choice: page.choice, epoch: epochNow() });
  else know("", words.missing);
};

/** Of this round, and of this ledger: another evening may have asked the same. */
const due = () => {
  const epoch = epochNow();
  const ledger = epoch.split(".")[0];
  return Object.entries(acknowledged()).filter(([, vote]) =>
    vote.round === askedNow() && vote.epoch !== epoch && vote.epoch?.split(".")[0] === ledger);
};

const sendAll = async () => {
  for (let tries = 0; !waiting() && main.dataset.phase === "open"; tries++) {
    const [first] = due();
    if (!first) return;
    const seconds = await send(...first);
    if (seconds === undefined) tries = -1;
    else await pause(seconds * 1_000 || Math.min(pauseMax, pauseMin * 2 ** tries));
  }
};

/** Gives the seconds after which to try again, where it has to be. */
const send = async (card, vote) => {
  const epoch = epochNow();
  const isShown = card === (main.dataset.card ?? "");
  if (card && (await choiceOf(card))) return acknowledge({ ...vote, epoch }, false, card);
  const body = bodyOf(vote.choice, vote.half);
  if (card) body.set("code", card);
  const headers = { Accept: "application/json" };
  const it = new AbortController();
  // Whoever presses a button meanwhile does not wait for this.
  pause(attemptMax).then(() => it.abort());
  try {
    const { signal } = it;
    const response = await fetch(address("vote"), { method: "POST", headers, body, signal });
    const { status } = response;
    if (status >= 500 || status === 429) {
      return Math.min(retryAfterMax, response.headers.get("Retry-After"));
    }
    const { code, error, vote: answer } = await response.json();
    // It is not the server that has answered.
    if (!error && answer !== vote.choice) return 0;
    // The page hears of that too.
    if (code === "closed" || code === "other-round") return 0;
    if (code === "receipt-taken") return acknowledge({ ...vote, half: undefined }, false, card);
    if (vote.round !== askedNow()) return 0;
    // Another tab has voted meanwhile, and this may have come after it.
    if (waiting()) keepVote({ ...waiting(), isUnsure: true });
    const newest = acknowledged()[card];
    if (newest && newest.choice !== vote.choice) {
      return acknowledge({ ...newest, epoch: vote.epoch }, false, card);
    }
    acknowledge({ ...vote, epoch }, false, card);
    if (status === 200 && isShown && counted !== vote.choice && !waiting()) know(vote.choice);
  } catch {
    // It may be counted yet, after the vote that waits now.
    if (waiting()) keepVote({ ...waiting(), isUnsure: true });
    return 0;
  }
};

/** What the card says: it may have been voted with from another phone. */
const choiceOf = async (card) => {
  try {
    const response = await fetch(address("./"), { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    return page.querySelector(`[data-code="${card}"]`)?.dataset.choice;
  } catch {}
};

const watchPhase = () => {
  if (isWatching) return;
  isWatching = new MutationObserver(() => {
    if (main.dataset.phase !== "open") return;
    isWatching.disconnect();
    isWatching = undefined;
    setTimeout(resend, spread * Math.random());
  });
  isWatching.observe(main, { attributes: true, attributeFilter: ["data-phase"] });
};
