// The keys that work now.

import { make } from "./desk-make.js";
import { state } from "./desk-state.js";
import { byId } from "./desk-view.js";
import { areKeysOn } from "./keys.js";

const steps = {
  open: "open voting", close: "close voting", reveal: "reveal the result",
  draft: "the next question",
};
const undoes = {
  withdraw: "undo the draft", draft: "undo opening", reopen: "undo closing", hide: "undo revealing",
};

const list = () => {
  const { round, next, undo, stage } = state;
  const isOpen = round?.phase === "open";
  const isRound = round && round.phase !== "draft";
  return [
    ["→ PageDown Space Enter N", steps[next] ?? "type the next question"],
    undo && ["← PageUp Backspace P", undoes[undo]],
    [". B", stage === "black" ? "screens no longer black" : "black screens"],
    ["F5 J", stage === "join" ? "join screen off" : "join screen"],
    isRound && ["H", round.hidden ? "show the numbers" : "hide the numbers"],
    isOpen && ["T", round.closesAt ? "30 seconds more" : "countdown of one minute"],
    isRound && ["A", "vote again, from zero"],
    ["/", "type a question"],
    ["F", "full screen"],
    ["?", "this list"],
  ].filter(Boolean);
};

export const showKeys = () => {
  const dialog = byId("keyList");
  if (dialog.open || !state) return;
  const close = make("button", { type: "button" }, "Close");
  close.onclick = () => dialog.close();
  const rows = list().map(([names, action]) =>
    make("tr", {}, make("th", { scope: "row" }, ...names.split(" ").map((name) =>
      make("kbd", {}, name))), make("td", {}, action)));
  const start = areKeysOn()
    ? "While nothing is typed and no button has the focus. They can be switched off under “More”."
    : "Keys are switched off: under “More”, “This desk”.";
  dialog.replaceChildren(
    make("h2", { id: "keyTitle" }, "Keys that work now"),
    make("table", {}, make("tbody", {}, ...rows)), make("p", {}, start), close);
  dialog.showModal();
};
