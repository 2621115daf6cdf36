// The keys that work now, in words: remote.js loads it when somebody asks.

const next = {
  open: "Open voting", close: "Close voting", reveal: "Reveal the result", draft: "Next question",
};
const undo = {
  withdraw: "Take the draft back", draft: "Back to the draft", reopen: "Reopen voting",
  hide: "Hide the result again",
};

const rows = ({ round, stage, ...state }) => [
  ["→ Page Down Space Enter N", next[state.next]],
  ["← Page Up Backspace P", undo[state.undo]],
  [". B", stage === "black" ? "Light again" : "Black"],
  ["F5 J", stage === "join" ? "Back to the result" : "Join screen"],
  ["H", round && round.phase !== "draft" && (round.hidden ? "Show the numbers" : "Hide the numbers")],
  ["T", round?.phase === "open" && (round.closesAt ? "30 seconds more" : "One minute left")],
  ["A", round && round.phase !== "draft" && "Vote again"],
  ["F", "Full screen"],
  ["?", "These keys"],
];

/** Any key closes it. */
export const showKeys = (state) => {
  const list = document.createElement("dl");
  for (const [keys, words] of rows(state)) if (words) list.append(...row(keys, words));
  const dialog = document.createElement("dialog");
  dialog.id = "keys";
  dialog.setAttribute("aria-label", "Keys");
  dialog.append(list);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", () => dialog.close());
  dialog.addEventListener("keydown", (event) => {
    event.stopPropagation();
    event.preventDefault();
    dialog.close();
  });
  document.body.append(dialog);
  dialog.showModal();
};

const row = (keys, words) => {
  const term = document.createElement("dt");
  const description = document.createElement("dd");
  for (const key of keys.split(/ (?!Up|Down)/)) {
    term.append(Object.assign(document.createElement("kbd"), { textContent: key }), " ");
  }
  description.textContent = words;
  return [term, description];
};
