// The time that is left. The server owns it: at zero a page stops, and the server says when it is
// really over, at most two seconds later.

import { address, byId, fit, load, main } from "./page.js";
import { patience } from "./patience.js";

const lastSeconds = 3;
const spokenAt = [60, 30, 10];
const skewMax = 1_500;
const answerMax = 10_000;

let wording, words; // Of the last seconds; the time itself needs none.
load("wording").then(async (module) => {
  wording = module;
  words = await module?.moreWords("countdown").catch(() => {});
});

let round;
let skew; // So far the server's clock is ahead of this machine's.
let isSure; // It was measured.
let ticking;

const spoken = document.createElement("p");
spoken.style.cssText =
  "position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%)";
spoken.setAttribute("role", "status");
document.body.append(spoken);

/**
 * Shows the time until `next.closesAt`; nothing where there is none.
 *
 * What an event says of the time was so when it was made. Who comes later gets it late, which looks
 * like a wrong clock: then the server is asked.
 */
export const countDown = async (next, heard) => {
  round = next;
  spoken.textContent = "";
  const said = next.now - heard;
  if (!isSure) skew = said;
  tick();
  if (next.closesAt && Math.abs(said - (isSure ? skew : 0)) > skewMax) await measure();
};

const measure = async () => {
  const sent = Date.now();
  try {
    const signal = patience(answerMax);
    const { now } = await (await fetch(address("result.json"), { signal })).json();
    skew = now - (sent + Date.now()) / 2;
    isSure = true;
    tick();
  } catch {}
};

const tick = () => {
  clearTimeout(ticking);
  const milliseconds = round.closesAt - skew - Date.now();
  const seconds = Math.max(0, Math.ceil(milliseconds / 1_000));
  const state = !round.closesAt ? "" : !seconds ? "over" : seconds <= lastSeconds ? "last" : "left";
  byId("time").textContent = state && inWords(seconds);
  const isNews = main.dataset.time !== state;
  main.dataset.time = state;
  if (isNews) {
    main.dispatchEvent(new Event("time"));
    fit();
  }
  if (words && spokenAt.includes(seconds)) {
    spoken.textContent = wording.fill(words.left, { seconds });
  }
  if (seconds) ticking = setTimeout(tick, milliseconds % 1_000 || 1_000);
};

const inWords = (seconds) => {
  if (!seconds) return words?.last ?? "0:00";
  return seconds <= lastSeconds
    ? `${seconds}` : `${Math.floor(seconds / 60)}:${`${seconds % 60}`.padStart(2, "0")}`;
};
