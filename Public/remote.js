// A clicker reaches the window in front, which is the result page: with the desk's cookie, its keys
// do the desk's steps. Nothing is asked before the first of them is pressed.

import { keys } from "./keys.js";
import { address, load, screen } from "./page.js";
import { patience } from "./patience.js";

const style = document.createElement("link");
style.rel = "stylesheet";
style.href = address("remote.css");
document.head.append(style);

const shownFor = 3_000;
const answerMax = 10_000;
const json = { Accept: "application/json", "Content-Type": "application/json" };

let state; // As the desk has it; a step carries its version.
let stream;
let isStranger; // Without the cookie, as far as is known.

/** `first` is the key that was pressed before this file was here. */
export const listen = (first) => {
  const step = (decide) => (event) => act(decide, event);
  const press = keys({
    next: step(() => ["next"]),
    undo: step(() => ["undo"]),
    black: step(() => ["stage", { screen: state.stage === "black" ? "result" : "black" }]),
    join: step(() => ["stage", { screen: state.stage === "join" ? "result" : "join" }]),
    numbers: step(() => [state.round?.hidden ? "reveal" : "hide"]),
    countdown: step(() => ["countdown", state.round?.closesAt ? { add: 30 } : { seconds: 60 }]),
    again: step(() => ["again"]),
    fullScreen: () =>
      document.fullscreenElement ? document.exitFullscreen() : document.body.requestFullscreen(),
    help: async (event) => {
      if (await know(event)) (await load("keylist"))?.showKeys(state);
    },
  });
  // The desk may have been opened in another window.
  addEventListener("focus", () => (isStranger = false));
  document.addEventListener("visibilitychange", follow);
  if (!press(first)) reloadFor(first);
};

/** What F5 does elsewhere. */
const reloadFor = ({ key }) => key === "F5" && location.reload();

/** One at a time: who waits for an answer and presses again means the same. */
const act = async (decide, event) => {
  if (document.body.hasAttribute("data-busy")) return;
  document.body.toggleAttribute("data-busy", true);
  try {
    if (await know(event)) await post(...decide());
  } catch {
    tell(screen.lost);
  } finally {
    document.body.toggleAttribute("data-busy", false);
  }
};

/** Whether this browser may do steps, and then what the state is. */
const know = async (event) => {
  if (!state && !isStranger) {
    const response = await send("state.json");
    isStranger = !response.ok;
    if (response.ok) take(await response.json());
    follow();
  }
  if (!state) reloadFor(event);
  return state;
};

const post = async (step, fields) => {
  const body = JSON.stringify({ version: state.version, ...fields });
  const response = await send(step, { method: "POST", headers: json, body });
  const answer = await response.json();
  if (response.ok) return take(answer);
  if (response.status === 401) state = undefined;
  if (answer.state) take(answer.state);
  // Somebody else was faster: the screen shows what is so now.
  if (answer.code !== "stale") tell(await sentence(answer));
};

const sentence = async (problem) =>
  (await load("errors"))?.sentence(problem) ?? problem.error;

const send = (name, options = { headers: json }) =>
  fetch(address(`desk/${name}`), { signal: patience(answerMax), ...options });

/** Also by another desk's steps, so that what is pressed is decided on what is shown. */
const follow = () => {
  stream?.close();
  stream = undefined;
  if (!state || document.hidden) return;
  stream = new EventSource(address("desk/stream"));
  stream.addEventListener("state", ({ data }) => take(JSON.parse(data)));
  stream.onerror = () => {
    if (stream?.readyState === EventSource.CLOSED) state = undefined;
  };
};

const take = (next) => {
  if (!state || next.version >= state.version) state = next;
};

let hiding;

const tell = (text) => {
  const place = document.getElementById("told") ?? document.createElement("p");
  place.id = "told";
  place.setAttribute("role", "status");
  place.textContent = text;
  document.body.append(place);
  clearTimeout(hiding);
  hiding = setTimeout(() => place.remove(), shownFor);
};
