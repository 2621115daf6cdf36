// The state of the room as the server tells it: by a stream, or asked for where none comes through.

const silenceMax = 8_000; // The server speaks every 3 s.
const openingMax = 40_000;
const pollEvery = 1_500;
const pollAfter = 4_000;
const answerMax = 10_000;
const clockStep = 60_000;

export const address = (name) => new URL(name, import.meta.url).href;

/** The newest. Its clock is the server's; `behind` is what to add to this machine's. */
export let state;
export let behind = 0;

let listeners = [];
let source, watchdog, polling, patience;
let distrustedUntil = 0;
let connection = "connecting";
let tellConnection = () => {};
let tellHeard = () => {};

/** Calls back with each new state, and the one before. */
export const onState = (listener) => {
  listeners.push(listener);
  if (state) listener(state);
};

/** Of a shared ledger: its epoch's number and name, and how far it has come. */
const parts = ({ id }) => id?.match(/(\d+)([^.]*)-(\d+)$/)?.slice(1) ?? [];

/** Where servers share a ledger, another one may be behind. */
const isBehind = (next) => {
  const [number, name, count] = parts(next);
  const [newestNumber, newestName, newestCount] = parts(state);
  return +number < +newestNumber
    || (number === newestNumber && name === newestName && +count < +newestCount);
};

/** Answers overtake each other; the clock that all servers go by tells which is newer. */
export const take = (next) => {
  if (!next || !Number.isInteger(next.version)) return;
  const age = (state?.now ?? 0) - next.now;
  if (state && (isBehind(next) || (age > 0 && age < clockStep))) return;
  const before = state;
  state = next;
  behind = next.now - Date.now();
  for (const listener of listeners) listener(state, before);
};

/** Calls back whenever the server has spoken. */
export const onHeard = (listener) => (tellHeard = listener);

const tell = (now) => {
  if (connection !== now) tellConnection((connection = now));
};

/** Calls back with `connecting`, `connected`, `disconnected` or `signedOut`. */
export const follow = (callBack) => {
  tellConnection = callBack;
  open();
  document.addEventListener("visibilitychange", () => document.hidden || open());
  addEventListener("pageshow", ({ persisted }) => persisted && open());
  addEventListener("pagehide", close);
  addEventListener("online", open);
  addEventListener("offline", doubt);
};

/** Also when the server has ended the stream, as for a new key. */
export const open = () => {
  if (connection === "signedOut") return;
  close();
  patience = setTimeout(poll, pollAfter);
  watchdog = setTimeout(open, openingMax);
  if (!globalThis.EventSource) return;
  source = new EventSource(address("desk/stream"));
  let opened = performance.now();
  source.onopen = () => (opened = performance.now());
  source.onerror = () => {
    doubt();
    poll();
  };
  for (const name of ["state", "heartbeat"]) {
    source.addEventListener(name, ({ data }) => {
      // A proxy that holds streams back lets old news go in lumps.
      const now = performance.now();
      if (polling?.works && (now - opened > pollAfter || now < distrustedUntil)) return;
      close.timers();
      polling = undefined;
      watchdog = setTimeout(askInstead, silenceMax);
      tell("connected");
      tellHeard();
      if (name === "state") take(JSON.parse(data));
    });
  }
};

/** A stream that falls silent is dead, or a proxy holds it back and may do so with the next. */
const askInstead = () => {
  distrustedUntil = performance.now() + openingMax;
  close();
  poll();
  watchdog = setTimeout(open, openingMax);
};

const close = () => {
  close.timers();
  source?.close();
  source = undefined;
};
close.timers = () => [watchdog, patience].forEach(clearTimeout);

const doubt = () => {
  if (!polling?.works) tell(navigator.onLine ? "connecting" : "disconnected");
};

export const signOut = () => {
  close();
  polling = undefined;
  tell("signedOut");
};

/** Until the stream speaks again. */
const poll = async () => {
  if (polling || connection === "signedOut") return;
  const mine = (polling = {});
  while (polling === mine) {
    const next = await ask();
    if (polling !== mine) return;
    mine.works = !!next;
    tell(next ? "connected" : "disconnected");
    take(next);
    if (next) tellHeard();
    await new Promise((resume) => setTimeout(resume, pollEvery));
  }
};

const ask = async () => {
  try {
    const signal = AbortSignal.timeout?.(answerMax);
    const response = await fetch(address("desk/state.json"), { signal });
    if (response.status === 401) signOut();
    if (response.ok) return await response.json();
  } catch {}
};
