// What both pages share.

const words = {
  connecting: "Connecting…",
  connected: "Connected",
  disconnected: "Disconnected",
  over: "The vote is over.",
};

/** The element with this id. */
export const byId = (id) => document.getElementById(id);

export const main = document.querySelector("main");

const question = main.querySelector("h1");

/** A long question takes smaller letters. */
const fit = () => main.classList.toggle("long", question.textContent.length > 80);
fit();

/** Puts a text in an element; the same text again is not read out again. */
export const say = (id, text) => {
  if (byId(id).textContent !== text) byId(id).textContent = text;
};

/** Says the state of the connection in words. */
export const showState = (state) => {
  byId("state").dataset.state = state;
  say("state", words[state]);
};

/** Shows the question, the words of its two answers, and whether the vote is open. */
export const showRound = ({ round, question: text, yesLabel, noLabel, open }) => {
  document.title = question.textContent = text;
  fit();
  main.querySelector(".yes .label").textContent = yesLabel;
  main.querySelector(".no .label").textContent = noLabel;
  main.dataset.round = round;
  main.dataset.open = open ? "open" : "closed";
};
