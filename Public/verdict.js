// What binds, in words: by which rule a vote passes, and what came of it. page.js and the desk load it
// where a vote has a rule. OutcomeWords in Sources/ShowOfHands makes the same lines.

import { fill, moreWords, number } from "./wording.js";

let words, newest;

if (!document.querySelector("head [href$='verdict.css']")) {
  const style = document.createElement("link");
  style.rel = "stylesheet";
  style.href = new URL("verdict.css", import.meta.url).href;
  document.head.append(style);
}

/** Shows it, then calls back. */
export const show = async (round, done) => {
  newest = round;
  if (round.hasLines) return;
  words = words ?? (await moreWords("outcome").catch(() => {}));
  if (newest !== round || !words) return;
  const made = lines(round).filter(([, text]) => text);
  const place = document.getElementById("outcome") ?? makePlace();
  const before = [...place.querySelectorAll("p")].map((line) => [line.className, line.textContent]);
  place.dataset.verdict = round.verdict ?? "";
  // The same again is not read out again.
  if (`${made}` === `${before}`) return;
  place.textContent = "";
  place.append(...made.map(([className, textContent]) =>
    Object.assign(document.createElement("p"), { className, textContent })));
  done?.();
};

/** As OutcomeWords makes it. */
const makePlace = () => {
  const place = document.createElement("div");
  Object.assign(place, { id: "outcome", dir: document.dir });
  place.setAttribute("role", "status");
  document.querySelector("h1").after(place);
  return place;
};

const lines = (round) => {
  const { rule = "none" } = round;
  const all = [["rule", rule !== "none" && fill(words.passes, { rule: ruleText(round) })]];
  // From the close on, when its numbers may be known.
  if ("verdict" in round) all.push(...result(round));
  return all;
};

const ruleText = ({ rule, chairDecides }) => {
  const text = words[`rule-${rule}`];
  return chairDecides ? fill(words.chairDecides, { rule: text }) : text;
};

const result = (round) => {
  const { rule, rollCall, verdict, voted, byHand, counted = { yes: voted }, chair } = round;
  const { needed, base, missing, present, entitled, exceedsPresent } = round;
  const votes = byHand ? counted.yes + (counted.no ?? 0) + (counted.abstain ?? 0) : voted;
  const people = [
    present != null && fill(words.arePresent, { count: number(present) }),
    entitled != null && fill(words.areEntitled, { count: number(entitled) }),
  ];
  return [
    ["verdict", rollCall && fill(words.arePresent, { count: number(counted.yes) })],
    ["verdict", verdict && words[verdict]],
    ["chair", chair && words.chair],
    ["needed", base != null && fill(words[part(rule)], { needed: number(needed), base: number(base) })],
    ["missing", missing && words[`missing-${missing}`]],
    ["together", byHand && fill(words.together, { counts: counts(round, counted) })],
    ["byHand", byHand && fill(words.byHand, { counts: counts(round, byHand) })],
    ["people", rule !== "none" && people.filter(Boolean).join(" · ")],
    ["warning", exceedsPresent && fill(words.exceeds, { votes: number(votes), present: number(present) })],
  ];
};

/** What the threshold is a part of. */
const part = (rule) =>
  rule.endsWith("present") ? "present" : rule === "absolute" ? "entitled" : "votesCast";

/** How many are for it and against it. Without labels, which may fill a line each. */
const counts = ({ rollCall, ...round }, tally) =>
  rollCall ? number(tally.yes) : ["yes", "no", "abstain"].filter((answer) => round[`${answer}Label`])
    .map((answer) => fill(words[answer], { count: number(tally[answer] ?? 0) })).join(" · ");
