const doublePress = 700;
const name = "keys off";

const actions = {
  ArrowRight: "next", PageDown: "next", " ": "next", Enter: "next", n: "next",
  ArrowLeft: "undo", PageUp: "undo", Backspace: "undo", p: "undo",
  ".": "black", b: "black", F5: "join", j: "join", h: "hide", t: "countdown", f: "full",
  a: "again", "/": "ask", "?": "help",
};

let isOff;

/** Keys can be switched off, in this browser. */
export const areKeysOff = () => {
  try {
    return !!localStorage.getItem(name);
  } catch {
    return !!isOff;
  }
};

export const switchKeys = (isOn) => {
  isOff = !isOn;
  try {
    if (isOn) localStorage.removeItem(name);
    else localStorage.setItem(name, "1");
  } catch {}
};

/** Calls what keys and clickers are for: `next`, `undo`, … by these names, as far as given. */
export const keys = (given) => {
  let last = -doublePress;
  addEventListener("keydown", (event) => {
    const { key, repeat, target, ctrlKey, altKey, metaKey } = event;
    if (ctrlKey || altKey || metaKey || event.defaultPrevented || areKeysOff()) return;
    const action = given[actions[key.length === 1 ? key.toLowerCase() : key]];
    if (!action || document.querySelector("dialog[open]")) return;
    if (target.closest?.("input, textarea, select, button, a, summary")) return;
    event.preventDefault();
    if (repeat) return;
    if (actions[key] === "next") {
      if (event.timeStamp - last < doublePress) return;
      last = event.timeStamp;
    }
    action();
  });
};
