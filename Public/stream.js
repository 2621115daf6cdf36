// One event stream for all tabs of a browser: over HTTP/1.1 it opens only six connections to a
// host, and a stream for each tab would leave none to vote with.
//
// The tab opened or looked at last leads: it holds the stream and passes its events on. Each
// message carries its sender's claim. Who hears a higher claim follows; who hears a lower one
// opens a stream or, when leading, says its own claim again. Web Locks could elect a leader too,
// but are missing on http://192.168.x.y, where people vote, and let a sleeping tab lead.

const silenceMax = 40_000; // The server says something every 15 s.
const openingMax = 15_000;
const pollInterval = 2_000;
const names = ["message", "round", "presence", "heartbeat", "end"];

const me = Math.random();
const channel = globalThis.BroadcastChannel
  ? new BroadcastChannel("show-of-hands")
  : { postMessage() {} }; // Every tab is alone then, and leads.

let handlers = {};
let claim;
let leads = false;
let source;
let latest = {}; // The newest of each event, for a tab that joins.
let isOver = false;
let watchdog, doubting, losing;

/** Calls `handlers[name]` for the stream's events, and `state` with one of the four in page.js. */
export const follow = (given) => {
  handlers = given;
  show({ state: "connecting" });
  if (!globalThis.EventSource) return poll();
  channel.onmessage = ({ data }) => hear(data);
  document.addEventListener("visibilitychange", () => {
    stand();
    // A stream can die in its sleep without an error.
    if (isVisible()) open();
    else tell({});
  });
  addEventListener("pageshow", ({ persisted }) => persisted && (stand(), open()));
  addEventListener("pagehide", leave);
  for (const change of ["online", "offline"]) addEventListener(change, () => source && open());
  stand();
  open();
};

const isVisible = () => document.visibilityState === "visible";

/** Makes a new claim to the stream: seen before hidden, later before earlier. */
const stand = () => (claim = [isVisible() ? 1 : 0, Date.now(), me]);

const beats = (one, other) => {
  const place = one.findIndex((value, index) => value !== other[index]);
  return place >= 0 && one[place] > other[place];
};

/** Shows news on this page; who leads also tells the other tabs. */
const tell = (news) => {
  show(news);
  if (leads) channel.postMessage({ claim, news });
};

const show = (news) => {
  Object.assign(latest, news);
  for (const name in news) handlers[name]?.(news[name]);
  if (news.state === "over") {
    isOver = true;
    close();
  }
};

const hear = ({ claim: theirs, news }) => {
  const follows = beats(theirs, claim);
  if (leads && !follows) return tell(latest);
  show(news);
  if (!follows) return source ?? open();
  leads = false;
  close();
  settle();
  watch(silenceMax);
};

const open = () => {
  if (isOver) return;
  close();
  latest = { state: latest.state };
  source = new EventSource("/stream");
  source.onopen = () => {
    settle();
    leads = true;
    tell({ state: "connected" });
    watch(silenceMax);
  };
  source.onerror = () => {
    doubt();
    // EventSource tries again by itself, when the server told it to, unless it has given up.
    watch(source.readyState === 2 ? 1_000 + 3_000 * Math.random() : silenceMax);
  };
  for (const name of names) {
    source.addEventListener(name, ({ data }) => {
      watch(silenceMax);
      tell(name === "end" ? { state: "over" } : { [name]: JSON.parse(data) });
    });
  }
  doubting = setTimeout(doubt, 1_000);
  watch(openingMax);
};

const close = () => {
  clearTimeout(watchdog);
  clearTimeout(doubting);
  source?.close();
  source = undefined;
};

/** Leaves the stream to the other tabs: they hear the lowest claim of all. */
const leave = () => {
  claim = [-1, 0, me];
  tell({});
  leads = false;
  close();
  settle();
};

/** Opens a new stream when nothing has been heard for so long. */
const watch = (milliseconds) => {
  clearTimeout(watchdog);
  watchdog = setTimeout(open, milliseconds);
};

/** There is no connection: says so, and after ten seconds says it louder. */
const doubt = () => {
  if (latest.state !== "disconnected") {
    tell({ state: navigator.onLine ? "connecting" : "disconnected" });
  }
  losing ??= setTimeout(() => tell({ state: "disconnected" }), 10_000);
};

const settle = () => {
  clearTimeout(doubting);
  clearTimeout(losing);
  losing = undefined;
};

/** Asks again and again, in a browser that knows no EventSource. */
const poll = async () => {
  try {
    const answer = await fetch("/result.json", { signal: AbortSignal.timeout?.(5_000) });
    const { yes, no, connected, ...round } = await answer.json();
    settle();
    show({ state: "connected", round, message: { yes, no }, presence: { connected } });
  } catch {
    doubt();
  }
  setTimeout(poll, pollInterval);
};
