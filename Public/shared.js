// Where servers share a ledger: a page may come to another one, which may be behind the one before, and
// a ledger may have lost what it acknowledged. updates.js loads this when a server says that it is so.

import { remember, tab } from "./kept.js";
import { address, answers, label, load, main } from "./page.js";

const resendWithin = 2_000; // All phones hear it at once.
const holdMax = 3_000; // A server looks once a second what the others did.
const numbered = ["round", "message", "turnout"];
const place = `acknowledged at ${address(".")}`;

let newest = "";
let isBehind = false;
let held = {}; // What a server said that is behind.
let holding;

/** The ledger, the number of its epoch and that one's name, and how far it has come. */
const parts = (id) => id.match(/^(.*)\.(\d+)(.*)-(\d+)$/)?.slice(1) ?? [];

export const isOld = (id) => {
  const [ledger, number, name, count] = parts(id);
  const [newestLedger, newestNumber, newestName, newestCount] = parts(newest);
  if (ledger === newestLedger) {
    if (+number < +newestNumber) return true;
    if (number === newestNumber && name === newestName && +count < +newestCount) return true;
  }
  newest = id;
  return false;
};

/** Called with the epoch of the ledger, by every stream first. */
export const share = ({ epoch }, handlers, { id }) => {
  if (!handlers.id) guard(handlers, id);
  // Where every press is a ballot, another one would be another ballot.
  if (!main.dataset.id || main.dataset.ballots === "many") return;
  // As the page was loaded.
  if (!main.dataset.id.endsWith("-")) observe(main.dataset.choice, epochNow());
  main.dataset.id = `${epoch}-`;
  if (main.dataset.unknown) load("resend").then((it) => it?.recall());
  delete main.dataset.unknown;
  if (Object.values(acknowledged()).every((vote) => vote.epoch === epoch)) return;
  planResending();
};

export const planResending = () =>
  setTimeout(async () => (await load("resend"))?.resend(), resendWithin * Math.random());

/** What a page says of the ballot: another phone has moved it, with the same card. */
export const observe = (choice, epoch) => {
  const { card } = main.dataset;
  const vote = card && acknowledged()[card];
  if (!vote || !choice || choice === vote.choice) return;
  if (vote.round === askedNow() && vote.epoch === epoch) acknowledge({ ...vote, choice });
};

/** What a server says that is behind is held back until it has caught up, or for long enough. */
const guard = (handlers, id) => {
  if (id) isOld(id);
  handlers.id = (id) => {
    isBehind = !!id && isOld(id);
    if (isBehind) holding = holding ?? setTimeout(letGo, holdMax, id);
  };
  for (const name of numbered) {
    const take = handlers[name];
    if (!take) continue;
    handlers[name] = (news) => {
      delete held[name];
      if (isBehind) held[name] = () => take(news);
      else take(news);
    };
  }
};

/** It was not behind: the ledger itself has gone back. */
const letGo = (id) => {
  holding = undefined;
  if (Object.keys(held).length) newest = id;
  for (const name of numbered) held[name]?.();
  held = {};
};

// MARK: What was acknowledged

/** Tells rounds apart, whichever card is voted with. */
export const askedNow = () =>
  [main.dataset.round, main.querySelector("h1").textContent,
    ...answers.map((answer) => label(answer).textContent)].join("\n");

export const epochOf = (id) => id?.replace(/-\d*$/, "");
export const epochNow = () => epochOf(main.dataset.id);

/** By the cards of this phone; without cards there is one. */
export const acknowledged = () => {
  try {
    return JSON.parse(localStorage.getItem(place)) ?? tab().acknowledged ?? {};
  } catch {
    return tab().acknowledged ?? {};
  }
};

/** What was counted in another round is left out. */
export const acknowledge = (news, keepsHalf, card = main.dataset.card ?? "") => {
  const round = askedNow();
  const entries = Object.entries(acknowledged()).filter(([, vote]) => vote.round === round);
  const votes = Object.fromEntries(entries);
  const vote = { round, epoch: epochNow(), ...news };
  if (keepsHalf) vote.half = votes[card]?.half;
  votes[card] = vote;
  try {
    localStorage.setItem(place, JSON.stringify(votes));
  } catch {
    remember({ acknowledged: votes });
  }
};
