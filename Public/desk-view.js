// The state of the room on the page. What is seen when is in desk.css, by the body's attributes.

import { address } from "./desk-state.js";
import { percentages } from "./percentages.js";
import { words } from "./desk-words.js";
import { fill as insert, number } from "./wording.js";

export const byId = (id) => document.getElementById(id);

const { body } = document;
const [title] = document.title.split(":");
const long = 110;
const longest = 280;

/** The same text again is not read out again. */
export const put = (id, text) => {
  if (byId(id).textContent !== `${text}`) byId(id).textContent = text;
};

/** Brings a field up to date, unless somebody has typed in it. Tells whether it has. */
export const fill = (field, text) => {
  const isTyped = field.value !== (field.filled ?? field.defaultValue);
  if (!isTyped) field.value = text;
  field.filled = text;
  return isTyped && field.value !== text;
};

export const show = (state) => {
  const { round, turnout, tally, outcome } = state;
  Object.assign(body.dataset, {
    phase: round?.phase ?? "nothing",
    hidden: round?.hidden ?? false,
    next: state.next ?? "",
    undo: state.undo ?? "",
    stage: state.stage,
    shown: state.shown ?? "",
    counting: !!round?.closesAt,
    tie: !!(outcome?.verdict === "tie" || outcome?.chair),
    missing: outcome?.missing ?? "",
    minutes: !!outcome,
  });
  byId("minutes").href = address(`minutes?round=${round?.number}`);
  byId("minutesText").href = address(`minutes.txt?round=${round?.number}`);
  for (const field of document.querySelectorAll("[name=version]")) field.value = state.version;
  showRound(round, tally);
  put("voted", number(turnout.voted));
  put("phones", number(turnout.phones));
  put("screens", number(turnout.screens));
  const { issued, used } = state.codes ?? {};
  put("codes", used >= 0 ? insert(words.host.codes, { issued: number(issued), used: number(used) }) : "");
  put("upcoming", state.prepared[0]?.question ?? "");
  put("shown", state.shown ?? "");
  put("joinAt", state.address ?? "");
  press(".shownNow", round && !round.hidden);
  press(".hiddenNow", round?.hidden);
  for (const button of document.querySelectorAll("[name=screen]")) {
    press(button, button.value === state.stage && !state.shown);
  }
  byId("undo").setAttribute("aria-disabled", !state.undo);
};

const press = (button, isPressed) => {
  if (typeof button === "string") button = document.querySelector(button);
  button.setAttribute("aria-pressed", !!isPressed);
};

const showRound = (round, tally) => {
  const text = round?.question ?? "";
  const length = text.length > longest ? "longest" : text.length > long ? "long" : "";
  document.querySelector("h1").dataset.length = length;
  put("question", text);
  put("number", round?.number ?? "");
  document.title = text ? `${title}: ${text}` : title;
  for (const answer of ["yes", "no", "abstain"]) {
    const label = document.querySelector(`.tally .${answer} .label`);
    const { rollCall } = round ?? {};
    const words = (answer === "yes" || !rollCall) && round?.[`${answer}Label`] || "";
    for (const place of [label, ...document.querySelectorAll(`[data-label=${answer}]`)]) {
      if (place.textContent !== words) place.textContent = words;
    }
  }
  if (round?.phase !== "closed" || !round.hidden) put("peeked", "");
  if (!tally) return;
  const percent = percentages(tally.yes, tally.no ?? 0);
  for (const answer of ["yes", "no"]) {
    put(`${answer}Count`, number(tally[answer] ?? 0));
    put(`${answer}Percent`, percent[answer]);
    byId(`${answer}Share`).style.transform = `scale(.01, 1) scale(${percent[answer]}, 1)`;
  }
  put("abstainCount", number(tally.abstain ?? 0));
};
