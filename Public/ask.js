import { address, byId, load, main } from "./page.js";
import { patience } from "./patience.js";
import { changeRound, counted, take, waiting } from "./vote.js";

const answerMax = 10_000;

const card = () => main.dataset.card;

/**
 * Reads the voting page again: the round, and what this browser voted, `undefined` where the server
 * does not know. Without a cookie it gives a ballot with the page; who then comes without it again
 * refuses cookies.
 */
const readPage = async (isSecond) => {
  const signal = patience(answerMax);
  const response = await fetch(address("./"), { headers: { Accept: "text/html" }, signal });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const main = page.querySelector("main");
  if (!response.ok || !main.dataset.phase) throw new Error("not the voting page");
  const { id, round, phase, hidden, choice, ballots, unknown } = main.dataset;
  if (unknown) throw new Error("of a server that cannot ask its store");
  if (id && (await load("shared"))?.isOld(id)) throw new Error("of a server that is behind");
  // Of the code that is voted with here, which may not be the one that was used last.
  const own = card() ? page.querySelector(`[data-code="${card()}"]`)?.dataset.choice : choice;
  const words = (selector) => page.querySelector(selector).textContent;
  const outcome = page.querySelector("#outcome");
  const isStranger = !!page.querySelector("[name=ballot]");
  if (isStranger && !isSecond) return readPage(true);
  const isKnown = ballots === "many" ? isSecond : true;
  return {
    round: round
      ? {
          round,
          question: words("h1"),
          yesLabel: words(".yes .label"),
          noLabel: words(".no .label"),
          abstainLabel: words(".abstain .label"),
          phase,
          hidden,
          hasLines: true,
        }
      : { round, phase, hidden },
    outcome,
    choice: isKnown && !isStranger ? own : undefined,
    isRefused: isStranger,
    id,
  };
};

/** `undefined` where the server does not answer. */
export const read = () => readPage().catch(() => {});

export const showPage = ({ round, outcome, choice, isRefused, id }) => {
  changeRound(round, true);
  // The server has made the lines of its outcome.
  byId("outcome")?.remove();
  if (outcome) main.querySelector("h1").after(outcome);
  take(choice, isRefused);
  if (id) load("shared").then((it) => it?.observe(choice, it.epochOf(id)));
};

/** Nothing that was done meanwhile is undone by it. */
export const ask = async () => {
  const before = counted;
  const page = await read();
  if (page && counted === before && !waiting()) showPage(page);
};
