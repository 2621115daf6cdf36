// The host's desk. Every control is a button of a form: without this script the forms do the same.
//
//   desk-state.js   the newest state, from the server
//   desk-view.js    shows it; desk-time.js what moves by itself; desk-notice.js what was done
//   desk-send.js    brings a step to the server
//   desk-more.js    what is behind “More”, loaded when that is opened
//   desk-outcome.js what came of a round that has a rule

import { address, follow, onState, state } from "./desk-state.js";
import { send } from "./desk-send.js";
import { byId, put, show } from "./desk-view.js";
import { notify, notifyStep } from "./desk-notice.js";
import { keys } from "./keys.js";
import { words } from "./desk-words.js";
import "./desk-time.js";

const doublePress = 700;
const changeMin = 400;

// The key would stay there to be read.
if (location.hash) history.replaceState(null, "", location.pathname);

const { host } = words;
const { body } = document;
const line = byId("line");
let pressed = -doublePress;
let nextSince = -changeMin; // The big button says what it says.

const connections = { ...words.state, signedOut: host.signedOut };

/** Does a step and says what came of it. Gives the answer, if it was done. */
export const run = async (step, fields) => {
  const answer = await send(step, fields);
  if (!answer.error) return answer;
  // What was done meanwhile is said already.
  if (answer.isStale && byId("notice").textContent) return;
  notify(answer.error, { isAlarm: !answer.isQuiet, isUnheard: answer.isUnheard });
};

/** A browser may keep a miss, so the next try has another address. */
export const load = async (name) => {
  try {
    return await import(`./${name}.js`).catch(() => import(`./${name}.js?again`));
  } catch {
    notify(host.lost, { isAlarm: true, isUnheard: true });
  }
};

const isAsking = () => !state?.next && line.value.trim();

const nameNext = () =>
  put("askNext", isAsking() ? host.askThis : state?.round ? host.typeNext : host.typeFirst);

/** Double presses are the commonest accident, and a label may just change. */
const next = () => {
  const now = performance.now();
  if (now - pressed < doublePress || now - nextSince < changeMin) return;
  pressed = now;
  if (state?.next) run("next");
  else if (isAsking()) ask();
  else line.focus();
};

const undo = () => {
  if (state?.undo) return run("undo");
  notify(state?.round ? host.cannotUndo : host.nothingToUndo);
};

/** What is typed stays until it is asked. */
const ask = async (submitter) => {
  const form = byId("ask");
  const text = line.value;
  if (!text.trim()) return line.focus();
  if (!(await run("ask", fieldsOf(form, submitter)))) return;
  if (line.value !== text) return;
  form.reset();
  form.querySelector("details").open = false;
  line.blur();
  nameNext();
};

const fieldsOf = (form, submitter) => {
  const fields = new FormData(form);
  if (submitter?.name) fields.append(submitter.name, submitter.value);
  fields.set("version", state?.version ?? fields.get("version"));
  return [...fields].map(([name, value]) =>
    [name, name === "question" ? value.trim().replace(/\s*\n\s*/g, " ") : value.trim()]);
};

const stage = (screen) =>
  run("stage", { screen: state?.stage === screen ? "result" : screen });

addEventListener("submit", async (event) => {
  const { target: form, submitter } = event;
  // An old browser does not say which button it was; the form by itself does.
  if (submitter === undefined) return;
  if (submitter?.getAttribute("formmethod") === "dialog") return;
  event.preventDefault();
  if (submitter?.id === "next") return next();
  if (submitter?.id === "undo") return undo();
  if (form.id === "ask") return ask(submitter);
  const way = submitter?.hasAttribute("formaction") ? submitter.formAction : form.action;
  const step = way.split("/").pop();
  const answer = await run(step, fieldsOf(form, submitter));
  if (answer?.peeked) (await load("desk-archive"))?.showPeeked(answer);
  if (answer) dispatchEvent(new CustomEvent("done", { detail: { step, answer } }));
});

addEventListener("click", ({ detail, target }) => {
  if (detail) target.closest("button, summary, a, [type=checkbox]")?.blur();
});

line.addEventListener("input", nameNext);

/** The rule of the round, and what came of it. */
const bind = async (now) => {
  const { round } = now;
  const binds = round && (round.rule !== "none" || round.rollCall || round.yesByHand !== null);
  if (!binds && !byId("outcome").firstChild) return;
  (await load("desk-outcome"))?.show(state);
};

byId("options").addEventListener("toggle", () => load("desk-options"));
byId("more").addEventListener("toggle", () => byId("more").open && load("desk-more"));

const fullScreen = () =>
  document.fullscreenElement ? document.exitFullscreen() : body.parentNode.requestFullscreen?.();

keys({
  next,
  undo,
  black: () => stage("black"),
  join: () => stage("join"),
  numbers: () => state?.round && run(state.round.hidden ? "reveal" : "hide"),
  countdown: () => run("countdown", state?.round?.closesAt ? { add: 30 } : { seconds: 60 }),
  fullScreen,
  again: () => run("again"),
  ask: () => line.focus(),
  help: async () => (await load("keylist"))?.showKeys(state, { isDesk: true }),
});

let connection;

/** Nothing reaches the server, or nothing is stored there. */
const warn = () => {
  const isCut = connection === "disconnected";
  if (isCut || state?.storing !== false) put("offline", isCut ? host.offline : "");
  else load("desk-fault").then((it) => it?.warn());
};

onState((now, before) => {
  if (before && before.next !== now.next) nextSince = performance.now();
  const { activeElement: focused } = document;
  show(now);
  // Where the button that was pressed gives way to others, the focus goes to them.
  if (!focused.getClientRects().length) {
    const others = focused.closest("[role=group], section, form")?.querySelectorAll("button") ?? [];
    [...others].find((button) => button.getClientRects().length)?.focus();
  }
  nameNext();
  bind(now);
  if (now.missingVotes !== null || byId("loss")) load("desk-loss").then((it) => it?.show(now));
  notifyStep(now, before, run);
  warn();
});

follow((now) => {
  connection = now;
  put("state", connections[connection]);
  byId("state").dataset.state = connection;
  warn();
  if (connection === "signedOut") location.replace(address("desk"));
});
