// The options of the next question. desk.js loads it when they are opened.

import { byId } from "./desk-view.js";

/** A preset fills them in, and the host goes on from there. Without this file its link does. */
for (const link of document.querySelectorAll("[data-preset]")) {
  link.addEventListener("click", (event) => {
    event.preventDefault();
    const fields = byId("ask").elements;
    for (const [name, value] of Object.entries(JSON.parse(link.dataset.preset))) {
      fields[name].value = value;
    }
  });
}
