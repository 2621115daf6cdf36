// One stream for all tabs: see VotingPages.swift.

import { address, load } from "./page.js";

const sleepMin = 10_000;
const silenceMax = 20_000; // The server speaks every 15 s.
const openingMax = 15_000;
const retryMax = 40_000; // A full server says when.
const pollAfter = 4_000;
const failuresMax = 3;
export const streamInterval = 60_000; // While polling works.
const names = "message round turnout presence say stage join resend heartbeat".split(" ");

const mute = { postMessage() {}, close() {} };

let handlers = {};
let channel = mute;
let claim, leads, source, polling;
let isVoter, hasVoter, asPhone; // This tab, any tab, the stream.
let failures = 0;
let latest = {}; // For a tab that joins.
let looked = Date.now();
let wasOnline = navigator.onLine;
let watchdog, doubting, patience, losing;

/** A voter is counted by the stream of its browser. */
export const follow = (given, votes = false) => {
  handlers = { voter: countVoter, resend: share, ...given };
  isVoter = votes;
  show({ state: "connecting" });
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) return begin();
    stand();
    tell({});
  });
  addEventListener("pageshow", ({ persisted }) => persisted && start());
  addEventListener("pagehide", leave);
  setInterval(look, 1_000);
  start();
};

const share = async (it) => (await load("shared"))?.share(it, handlers, latest);

const look = () => {
  const hasSlept = Date.now() - looked > sleepMin && !document.hidden;
  if (hasSlept || (source && wasOnline !== navigator.onLine)) back();
  looked = Date.now();
  wasOnline = navigator.onLine;
};

export const tellTabs = (event) => channel.postMessage({ event });

const countVoter = (isThere) => {
  if (isVoter) return;
  hasVoter = isThere;
  if (source && asPhone !== hasVoter) open();
};

const start = () => {
  try {
    channel = new BroadcastChannel(`show-of-hands ${address(".")}`);
    channel.onmessage = ({ data }) => (data.event ? call(data.event) : hear(data));
  } catch {} // Refused together with cookies.
  begin();
};

// Voters that are there speak up.
const begin = () => {
  hasVoter = isVoter;
  stand();
  back();
};

/** A stream may have died asleep. */
const back = () => {
  latest.state = "";
  open();
};

const stand = () => (claim = `${+!document.hidden} ${Date.now()} ${Math.random()}`);

const tell = (news) => {
  show(news);
  if (leads) channel.postMessage({ claim, news, hasVoter });
};

const show = ({ state = latest.state, ...events }) => {
  if (state !== latest.state) call({ state });
  Object.assign(latest, events, { state });
  call(events);
};

const call = (events) => {
  for (const name in events) handlers[name]?.(events[name]);
};

const hear = ({ claim: theirs, news, hasVoter: isCounted }) => {
  const follows = theirs > claim;
  if (leads && !follows) return tell(latest);
  show(news);
  if (!follows) return source ?? open();
  if (isVoter && !isCounted) tellTabs({ voter: true });
  rest();
  watch(silenceMax);
};

const open = () => {
  close();
  latest = { state: latest.state };
  doubting = setTimeout(doubt, 1_000);
  patience = setTimeout(poll, pollAfter);
  watch(polling?.works ? streamInterval : openingMax);
  if (!globalThis.EventSource) return;
  asPhone = hasVoter;
  const stream = (source = new EventSource(address(`stream${asPhone ? "?as=phone" : ""}`)));
  let opened, isMute;
  stream.onopen = () => (isMute = opened = Date.now());
  stream.onerror = () => {
    doubt();
    if (++failures >= failuresMax || isMute) poll();
    // It tries again, unless it has given up.
    watch(stream.readyState === 2 ? 1_000 + 3_000 * Math.random() : retryMax);
  };
  for (const name of names) {
    stream.addEventListener(name, ({ data, lastEventId: id }) => {
      // Old: a proxy held it back.
      if (polling?.works && Date.now() - opened > pollAfter) return;
      isMute = false;
      failures = 0;
      endPoll();
      watch(silenceMax);
      if (name === "heartbeat") setTimeout(() => countVoter(hasVoter), 1_000, (hasVoter = isVoter));
      succeed("connected", { id, [name]: JSON.parse(data) });
    });
  }
};

export const succeed = (state, events) => {
  settle();
  leads = true;
  tell({ state, ...events });
};

const close = () => {
  [watchdog, doubting, patience].forEach(clearTimeout);
  source?.close();
  source = undefined;
};

const rest = () => {
  leads = false;
  endPoll();
  close();
  settle();
};

const leave = () => {
  claim = "";
  if (isVoter) tellTabs({ voter: false });
  tell({});
  rest();
  channel.close(); // Messages evict a page kept for Back.
  channel = mute;
};

export const watch = (milliseconds) => {
  clearTimeout(watchdog);
  watchdog = setTimeout(() => {
    poll();
    open();
  }, milliseconds);
};

export const doubt = () => {
  if (polling?.works) return;
  if (latest.state !== "disconnected") {
    tell({ state: navigator.onLine ? "connecting" : "disconnected" });
  }
  losing = losing ?? setTimeout(() => tell({ state: "disconnected" }), 10_000);
};

const settle = () => {
  [doubting, patience, losing].forEach(clearTimeout);
  losing = undefined;
};

const poll = async () => {
  if (polling) return;
  const mine = (polling = {});
  const poller = await load("poll");
  if (poller) poller.poll(mine);
  else endPoll();
};

const endPoll = () => {
  if (polling) polling.isOver = true;
  polling = undefined;
};
