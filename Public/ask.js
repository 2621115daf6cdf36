import { fetchText } from "./page.js";

const answerMax = 10_000;

/**
 * Reads the voting page again: the round, and what this browser's ballot says. Without a cookie the
 * server knows no ballot, and gives one with the page; who then comes without it refuses cookies.
 */
export const readPage = async (isSecond) => {
  const options = { headers: { Accept: "text/html" } };
  const { response, text } = await fetchText("./", answerMax, options);
  const page = new DOMParser().parseFromString(text, "text/html");
  const words = (selector) => page.querySelector(selector).textContent;
  const { round, open, choice } = page.querySelector("main").dataset;
  if (!response.ok || !round) throw new Error("not the voting page");
  const isKnown = !page.querySelector("[name=ballot]");
  if (!isKnown && !isSecond) return readPage(true);
  return {
    round: {
      round,
      question: words("h1"),
      yesLabel: words(".yes .label"),
      noLabel: words(".no .label"),
      open: open === "open",
    },
    choice,
    isKnown,
  };
};
