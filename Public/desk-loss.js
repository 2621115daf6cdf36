// Votes that a shared ledger has lost, until the host confirms it. desk.js loads it where there are any;
// DeskLoss in Sources/ShowOfHands makes the same.

import { make, stepButton } from "./desk-make.js";
import { address } from "./desk-state.js";
import { byId } from "./desk-view.js";
import { fill, moreWords, number } from "./wording.js";

let words, newest;

export const show = async ({ missingVotes: count, ballots }) => {
  newest = count;
  if (count === null) return byId("loss")?.remove();
  words = words ?? (await moreWords("loss").catch(() => {}));
  if (!words || newest !== count) return;
  const text = count ? fill(words.missing, { count: number(count) }) : words.steps;
  const hint = !count ? words.stepsHint : ballots === "many" ? words.many : words.hint;
  const line = byId("loss")?.querySelector("b");
  // The same again is not read out again.
  if (line) {
    if (line.textContent === text) return;
    line.textContent = text;
    byId("loss").lastElementChild.previousElementSibling.textContent = hint;
    return;
  }
  const place = make("div", { id: "loss" });
  place.setAttribute("role", "alert");
  byId("toast").before(
    make("link", { rel: "stylesheet", href: address("desk-loss.css") }), place);
  place.append(make("p", {}, make("b", {}, text)), make("p", {}, hint),
    stepButton(words.confirm, "confirmLoss"));
};
