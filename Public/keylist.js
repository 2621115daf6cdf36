// The keys that work now, in words: loaded when somebody asks, at the desk or at a screen.

import { areKeysOn } from "./keys.js";
import { moreWords } from "./wording.js";

const words = await moreWords("keys");
const nextWords = {
  open: words.openVoting, close: words.closeVoting, reveal: words.reveal, draft: words.next,
};
const undoWords = {
  withdraw: words.withdraw, draft: words.draft, reopen: words.reopen, hide: words.hideAgain,
};

/** Only the desk has a line to type in. */
const rows = ({ round, stage, next, undo }, isDesk) => {
  const isOpen = round?.phase === "open";
  const isAsked = round && round.phase !== "draft";
  const typing = isDesk && words.type;
  return [
    [words.nextKeys, nextWords[next] ?? typing],
    [words.undoKeys, undoWords[undo]],
    [".|B", stage === "black" ? words.light : words.black],
    ["F5|J", stage === "join" ? words.result : words.join],
    ["H", isAsked && (round.hidden ? words.show : words.hide)],
    ["T", isOpen && (round.closesAt ? words.more : words.minute)],
    ["A", isAsked && words.again],
    ["/", typing],
    ["F", words.full],
    ["?", words.these],
  ].filter(([, meaning]) => meaning);
};

/** Shows them over the page. At a desk its button closes them, at a screen any key. */
export const showKeys = async (state, { isDesk } = {}) => {
  if (isDesk) await (styled = styled ?? style());
  if (!state || document.getElementById("keys")) return;
  const list = rows(state, isDesk).flatMap(([keys, meaning]) => [
    make("dt", ...keys.split("|").flatMap((key) => [make("kbd", key), " "])), make("dd", meaning),
  ]);
  const dialog = make("dialog", make("dl", ...list));
  dialog.id = "keys";
  dialog.setAttribute("aria-label", words.title);
  dialog.addEventListener("close", () => dialog.remove());
  (isDesk ? frame : closeByAnything)(dialog);
  document.body.append(dialog);
  dialog.showModal();
};

let styled;

const style = () => new Promise((resume) => {
  const href = new URL("keylist.css", import.meta.url);
  const link = make("link");
  // A list that looks plain is one all the same.
  Object.assign(link, { rel: "stylesheet", href, onload: resume, onerror: resume });
  document.head.append(link);
});

const frame = (dialog) => {
  const close = make("button", words.close);
  close.addEventListener("click", () => dialog.close());
  dialog.prepend(make("h2", words.title));
  dialog.append(make("p", areKeysOn() ? words.when : words.off), close);
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
