// What binds a round that is closed, on the big screen: its fingerprint, in short, and how many ballots
// its list has. result.js loads it where there is one.

import { byId, main } from "./page.js";
import { fill, moreWords, number } from "./wording.js";

let words, newest;

/** As FingerprintWords in Sources/ShowOfHands makes it. */
export const show = async (round) => {
  newest = round;
  words = words ?? (await moreWords("outcome").catch(() => {}));
  const { round: name, phase, fingerprint, receipts } = round;
  // It may have been opened again meanwhile, or another one is there.
  const isThere = newest === round && main.dataset.round === `${name}` && main.dataset.phase === phase;
  if (!words || !isThere) return;
  const short = `\u2066${fingerprint.slice(0, 4)} ${fingerprint.slice(4, 8)}\u2069`;
  const parts = [["fingerprint", fill(words.fingerprint, { fingerprint: short })]];
  if (receipts !== undefined) parts.push(["list", fill(words.list, { count: number(receipts) })]);
  byId("bound").textContent = "";
  byId("bound").append(...parts.map(([className, textContent]) =>
    Object.assign(document.createElement("span"), { className, textContent })));
};
