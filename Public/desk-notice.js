// What was done, for three seconds, with a way back.

import { onHeard } from "./desk-state.js";
import { byId, put } from "./desk-view.js";
import { words } from "./desk-words.js";
import { fill } from "./wording.js";

const shownFor = 3_000;

const { host, record } = words;
const stages = { result: host.stageResult, join: host.stageJoin, black: host.stageBlack };
const toast = byId("toast");
const button = byId("takeBack");
let takeBack = () => {};
let ending;
let unheardSince;

/** An alarm stays until the next thing is said; one of no answer, until the server speaks again. */
export const notify = (text, { isAlarm, isUnheard, undo } = {}) => {
  clearTimeout(ending);
  unheardSince = isUnheard && performance.now();
  put("notice", text);
  toast.dataset.tone = isAlarm ? "alarm" : "";
  button.hidden = !undo;
  takeBack = undo ?? takeBack;
  if (text && !isAlarm) ending = setTimeout(end, shownFor);
};

/** Not while somebody is about to press its button. */
const end = () => {
  if (toast.matches(":hover, :focus-within")) ending = setTimeout(end, 1_000);
  else notify("");
};

onHeard(() => {
  if (unheardSince && performance.now() - unheardSince > shownFor) notify("");
});

button.addEventListener("click", ({ detail }) => {
  if (!detail) byId("next").focus();
  button.hidden = true;
  takeBack();
});

/** Says the newest step on record that `before` did not have, whoever has done it. */
export const notifyStep = (state, before, send) => {
  if (!before || state.version === before.version) return;
  const entry = state.record.slice(-1)[0];
  if (!entry) return;
  const back = way(entry.step, state, before);
  notify(say(entry, state), { undo: back && (() => send(...back)) });
};

const say = ({ step, round }, state) => {
  if (step === "staged") return stages[state.stage];
  if (step === "said") return state.say ? host.lineShown : host.lineGone;
  if (step === "shown") {
    return round ? fill(host.roundOnScreens, { round }) : host.presentOnScreens;
  }
  if (step === "revealed" && round !== state.round?.number) {
    return fill(host.roundRevealed, { round });
  }
  return record[step] ?? step;
};

/** How to take a step back. */
const way = (step, state, before) => {
  const isOpen = state.round?.phase === "open";
  switch (step) {
    case "drafted": case "opened": case "closed": case "closedByCountdown":
      return state.undo && ["undo"];
    case "revealed":
      return before.round?.hidden && state.round && !state.round.hidden && ["hide"];
    case "hidden": return ["reveal"];
    case "reopened": return isOpen && ["close"];
    case "openingWithdrawn": return ["open"];
    case "countdownStarted": return isOpen && ["countdown", { seconds: 0 }];
    case "staged": return ["stage", { screen: before.stage }];
    case "said": return ["say", { text: before.say }];
    case "shown": return ["show", { round: before.shown ?? "" }];
  }
};
