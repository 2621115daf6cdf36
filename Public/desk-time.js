// What moves by itself: the time that is left, phones that come back, and none that come at all.

import { minutes, words } from "./desk-words.js";
import { behind, onState, state } from "./desk-state.js";
import { put } from "./desk-view.js";
import { fill, number } from "./wording.js";

const announced = [60, 30, 10];
const droppedFor = 20_000;
const leastShare = .01; // In a large hall some phone always comes and goes.
const lonelyAfter = 60_000;

const { host } = words;
const began = Date.now();
let phones = 0;
let drops = []; // When some went, and how many there were before.
let ticking;
let spoken;

const tick = () => {
  clearTimeout(ticking);
  showTime();
  showReconnecting();
  showNoPhones();
  ticking = setTimeout(tick, 250);
};

const showTime = () => {
  const end = state.round?.closesAt;
  if (!end) {
    spoken = undefined;
    return put("timeLeft", "");
  }
  const left = Math.max(0, Math.ceil((end - behind - Date.now()) / 1_000));
  put("timeLeft", left ? fill(host.timeLeft, { time: minutes(left) }) : host.last);
  const next = announced.filter((seconds) => left <= seconds).pop();
  if (next !== spoken && left) {
    // Not the time that was just set.
    if (next && left > next - 2 && spoken !== undefined) {
      put("spoken", fill(host.spokenLeft, { seconds: next }));
    }
    spoken = next ?? 0;
  }
};

/** A phone that has just gone is likely to be back soon, and its vote with it. */
const showReconnecting = () => {
  const now = Date.now();
  drops = drops.filter(({ at }) => now - at < droppedFor);
  const most = Math.max(...drops.map(({ count }) => count), phones);
  const isOpen = state.round?.phase === "open";
  const gone = isOpen && most - phones >= most * leastShare ? most - phones : 0;
  put("reconnecting", gone > 0 ? fill(host.reconnecting, { count: number(gone) }) : "");
};

/** What it usually is, when nobody comes. */
const showNoPhones = () => {
  const { turnout, addresses } = state;
  const isLonely = Date.now() - began > lonelyAfter && !turnout.phones && !turnout.voted
    && !addresses.some(({ isUsed }) => isUsed);
  put("noPhones", isLonely ? host.noPhones : "");
};

onState(() => {
  // A room may have been quiet for long before.
  if (state.turnout.phones < phones) drops.push({ at: Date.now(), count: phones });
  phones = state.turnout.phones;
  tick();
});
