// The keys that work now, in words: loaded when somebody asks, at the desk or at a screen.

import { areKeysOn } from "./keys.js";

const nextWords = {
  open: "Open voting", close: "Close voting", reveal: "Reveal the result", draft: "Next question",
};
const undoWords = {
  withdraw: "Take the draft back", draft: "Back to the draft", reopen: "Reopen voting",
  hide: "Hide the result again",
};

/** Only the desk has a line to type in. */
const rows = ({ round, stage, next, undo }, isDesk) => {
  const isOpen = round?.phase === "open";
  const isAsked = round && round.phase !== "draft";
  const typing = isDesk && "Type the next question";
  return [
    ["→|Page Down|Space|Enter|N", nextWords[next] ?? typing],
    ["←|Page Up|Backspace|P", undoWords[undo]],
    [".|B", stage === "black" ? "Light again" : "Black"],
    ["F5|J", stage === "join" ? "Back to the result" : "Join screen"],
    ["H", isAsked && (round.hidden ? "Show the numbers" : "Hide the numbers")],
    ["T", isOpen && (round.closesAt ? "30 seconds more" : "One minute left")],
    ["A", isAsked && "Vote again"],
    ["/", typing],
    ["F", "Full screen"],
    ["?", "These keys"],
  ].filter(([, words]) => words);
};

/** Shows them over the page. At a desk its button closes them, at a screen any key. */
export const showKeys = (state, { isDesk } = {}) => {
  if (!state || document.getElementById("keys")) return;
  const list = rows(state, isDesk).flatMap(([keys, words]) => [
    make("dt", ...keys.split("|").flatMap((key) => [make("kbd", key), " "])), make("dd", words),
  ]);
  const dialog = make("dialog", make("dl", ...list));
  dialog.id = "keys";
  dialog.setAttribute("aria-label", "Keys that work now");
  dialog.addEventListener("close", () => dialog.remove());
  (isDesk ? frame : closeByAnything)(dialog);
  document.body.append(dialog);
  dialog.showModal();
};

const frame = (dialog) => {
  const close = make("button", "Close");
  close.addEventListener("click", () => dialog.close());
  dialog.prepend(make("h2", "Keys that work now"));
  dialog.append(make("p", areKeysOn()
    ? "While nothing is typed and no button has the focus. They can be switched off under “More”."
    : "Keys are switched off: under “More”, “This desk”."), close);
};

const closeByAnything = (dialog) => {
  dialog.addEventListener("click", () => dialog.close());
  dialog.addEventListener("keydown", (event) => {
    event.stopPropagation();
    event.preventDefault();
    dialog.close();
  });
};

const make = (tag, ...children) => {
  const element = document.createElement(tag);
  element.append(...children);
  return element;
};
