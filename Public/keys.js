// What a key stands for. A clicker is a keyboard too: it sends the arrows or PageUp and PageDown,
// `.` or B for a black screen, and F5 to start a show.

const meanings = {
  ArrowRight: "next", PageDown: "next", " ": "next", Enter: "next", n: "next",
  ArrowLeft: "undo", PageUp: "undo", Backspace: "undo", p: "undo",
  ".": "black", b: "black", F5: "join", j: "join", h: "numbers", t: "countdown",
  f: "fullScreen", a: "again", "/": "ask", "?": "help",
};
const nextPause = 700; // Double presses are the commonest accident.
const storageName = `keys at ${new URL(".", import.meta.url).href}`;
const controls = "a[href], button, summary, select, input, textarea, [contenteditable]";
const textFields = "select, input, textarea, [contenteditable]";

let lastNext = -Infinity;

/**
 * Calls the action of `actions` that a key stands for. Keys without one are left alone.
 *
 * Returns what is done with a key that was pressed before: it says whether it stands for something.
 */
export const keys = (actions) => {
  const press = (event) => {
    const meaning = meaningOf(event);
    if (!actions[meaning] || !isMeant(event) || !areKeysOn()) return false;
    event.preventDefault();
    if (event.repeat) return true;
    if (meaning === "next") {
      if (event.timeStamp - lastNext < nextPause) return true;
      lastNext = event.timeStamp;
    }
    actions[meaning](event);
    return true;
  };
  addEventListener("keydown", (event) => event.defaultPrevented || press(event));
  return press;
};

/** By the letter, or where the keyboard has other letters, by the place of the key. */
const meaningOf = ({ key, code }) =>
  meanings[key] ?? meanings[key.toLowerCase()] ?? (code === "Period" ? "black" : placeOf(key, code));

const placeOf = (key, code) =>
  /^[^\x00-\x7f]$/u.test(key) ? meanings[code.replace("Key", "").toLowerCase()] : undefined;

/** Where a control has the focus, its keys are its own; F5 is no control's. */
const isMeant = ({ target, key, ctrlKey, altKey, metaKey, isComposing }) => {
  if (ctrlKey || altKey || metaKey || isComposing) return false;
  return !target.closest?.(key === "F5" ? textFields : controls);
};

/** Keys of one letter can be switched off for this browser (WCAG 2.2, 2.1.4). */
export const areKeysOn = () => {
  try {
    return localStorage.getItem(storageName) !== "off";
  } catch {
    return true;
  }
};

export const switchKeys = (on) => {
  try {
    localStorage.setItem(storageName, on ? "on" : "off");
  } catch {}
};
