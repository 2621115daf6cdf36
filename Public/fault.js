// Votes cannot be stored at present: result.js loads this where the server says so.

import { byId, fit } from "./page.js";
import { moreWords } from "./wording.js";

let words, isShown;

export const show = async (isFaulty) => {
  isShown = isFaulty;
  if (isFaulty) words = words ?? (await moreWords("fault").catch(() => {}));
  if (words && isShown && !byId("fault")) byId("say").after(place());
  if (!isShown) byId("fault")?.remove();
  fit();
};

/** As the host's line looks. */
const place = () => {
  const place = document.createElement("p");
  Object.assign(place, { id: "fault", dir: document.dir, textContent: words.screen });
  place.setAttribute("role", "alert");
  place.style.cssText =
    "padding: .3em .9em; border: .15em solid; border-radius: 1em; font-weight: 600; text-align: center";
  place.style.fontSize = getComputedStyle(document.querySelector("footer")).fontSize;
  return place;
};
