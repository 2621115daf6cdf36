// The result on a phone: the buttons become its bars. vote.js loads it when a vote is over.

import { address, answers, fit, main } from "./page.js";
import { percentages } from "./percentages.js";
import { number } from "./wording.js";

const form = main.querySelector("form");

const style = document.createElement("link");
style.rel = "stylesheet";
style.href = address("outcome.css");
style.onload = fit;
document.head.append(style);

/** Shows the numbers while the vote is over and they are not hidden. */
export const showOutcome = (tally) => {
  const { phase, hidden } = main.dataset;
  const isShown = tally && hidden !== "true" && phase !== "open";
  form.dataset.outcome = isShown ? "shown" : "";
  for (const old of form.querySelectorAll(".share")) old.remove();
  if (isShown) for (const answer of answers) showShare(answer, tally);
  fit();
};

const showShare = (answer, { yes, no, ...others }) => {
  const count = number({ yes, no, ...others }[answer] ?? 0);
  // Of the one answer of a roll call there are no shares.
  const percent = no === undefined ? undefined : percentages(yes, no)[answer];
  const button = form.querySelector(`.${answer}`);
  button.style.setProperty("--share", `${percent ?? 0}%`);
  const share = document.createElement("span");
  share.className = "share";
  share.textContent = percent ? `${percent}% · ${count}` : count;
  button.append(share);
};
