// The codes of a phone. The voting page has it where votes come with codes.

import { refusesCookies } from "./kept.js";
import { fit, label, main } from "./page.js";

const form = main.querySelector("form");
const typed = form.querySelector("[name=code]:not([type=hidden])");
const cards = [...form.querySelectorAll("[data-code]")];

const say = (card, choice) => {
  card.dataset.choice = choice;
  card.querySelector(".answer").textContent = choice && label(choice).textContent;
};

let round = main.dataset.round;

const follow = () => {
  const { choice, sending } = main.dataset;
  if (round !== main.dataset.round) for (const card of cards) say(card, "");
  round = main.dataset.round;
  const current = cards.find((card) => card.hasAttribute("aria-current"));
  if (current && sending === undefined) say(current, choice);
  // The vote is counted: the server has the phone keep the code that was typed, and shows it.
  if (typed && choice && sending === undefined && !refusesCookies()) location.replace("./");
};

// Once it is whole, a code is brought to the server: the page that comes votes with it.
const length = 8;
form.addEventListener("input", ({ target }) => {
  const { value } = target;
  if (value.replace(/[\s-]/g, "").length !== length || refusesCookies()) return;
  target.closest(".line").querySelector("[type=submit]").click();
});

new MutationObserver(follow).observe(main, { attributes: true });
form.querySelector("details")?.addEventListener("toggle", fit);
fit();
