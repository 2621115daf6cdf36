// The options of the next question. desk.js loads it when they are opened.

import { byId } from "./desk-view.js";

/** A preset fills them in, and the host goes on from there. Without this file its link does. */
for (const link of document.querySelectorAll("[data-preset]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    const fields = byId("ask").elements;
    const values = JSON.parse(link.dataset.preset);
    // What its link says goes with the question, for the minutes.
    values.preset = new URL(link.href).searchParams.get("preset");
    for (const [name, value] of Object.entries(values)) fields[name].value = value;
  });
}
