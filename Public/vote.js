import { main, say, showRound, showState } from "./page.js";
import { follow } from "./stream.js";

const attemptMax = 5_000;
const pauseMax = 3_500;
const afterMax = 10_000;

const buttons = { yes: main.querySelector(".yes"), no: main.querySelector(".no") };

let counted = main.dataset.choice;
let isDelivering = false;
let wake = () => {};

/** The vote that waits for the server, if it belongs to this round. It survives a reload. */
const waiting = () => {
  const [round, answer] = (sessionStorage.vote ?? "").split(" ");
  return round === main.dataset.round ? answer : undefined;
};

const press = (answer) => {
  sessionStorage.vote = `${main.dataset.round} ${answer}`;
  notify("Sending…");
  wake();
  deliver();
};

/** Tries, one attempt at a time, until the answer pressed last is counted or refused. */
const deliver = async () => {
  if (isDelivering) return;
  isDelivering = true;
  for (let tries = 0; waiting(); tries++) {
    const answer = waiting();
    showChoice(answer, true);
    const { status, vote, error, after } = await attempt(answer);
    if (waiting() !== answer) continue;
    if (vote === answer) {
      settle(answer, `Thank you, your vote is counted: ${buttons[answer].textContent}`);
    } else if (status === 409) {
      // The round is not what this page took it for. The server knows, and what it had counted.
      delete sessionStorage.vote;
      location.replace("/");
    } else if (status === 400 || status === 403) {
      settle(counted, error);
    } else {
      notify(`${status ? "The server is busy" : "No connection"}. ` +
        "Your vote is kept here and sent as soon as the server answers.");
      await pause(after || Math.min(pauseMax, 500 * 2 ** tries));
    }
  }
  isDelivering = false;
};

/** Sends the vote once. No status means that no answer came, or not from our server. */
const attempt = async (answer) => {
  try {
    const response = await fetch(`/vote?yes=${answer === "yes"}&round=${main.dataset.round}`, {
      method: "POST",
      headers: { Accept: "application/json" },
      signal: AbortSignal.timeout?.(attemptMax),
    });
    const { status, headers } = response;
    const after = Math.min(afterMax, headers.get("Retry-After") * 1_000);
    return { status, after, ...(await response.json()) };
  } catch {
    return {};
  }
};

/** Waits about so long, and no longer than until the network or the voter is back. */
const pause = (milliseconds) =>
  new Promise((resume) => {
    wake = resume;
    setTimeout(resume, milliseconds * (1 + Math.random() / 2));
  });

const settle = (choice, text) => {
  delete sessionStorage.vote;
  counted = choice;
  showChoice(choice, false);
  notify(text);
};

const notify = (text) => say("notice", text);

const showChoice = (choice, isSending) => {
  main.dataset.choice = choice;
  main.toggleAttribute("data-sending", isSending);
  for (const answer in buttons) {
    buttons[answer].setAttribute("aria-pressed", answer === choice);
  }
};

const enable = () => {
  for (const answer in buttons) buttons[answer].disabled = main.dataset.open === "closed";
};

const changeRound = (round) => {
  const before = { ...main.dataset };
  showRound(round);
  enable();
  if (before.round !== main.dataset.round) settle("", "");
  if (!round.open) notify("Voting is closed.");
  else if (before.open === "closed") notify("");
};

showChoice(counted, false);
enable();
main.querySelector("form").addEventListener("submit", (event) => {
  press(event.submitter.className); // Where storage is forbidden, the form goes its own way.
  event.preventDefault();
});
for (const back of ["online", "pageshow"]) addEventListener(back, () => wake());
document.addEventListener("visibilitychange", () => wake());
follow({
  state: (state) => {
    showState(state);
    if (state === "connected") wake();
  },
  round: changeRound,
});
if (waiting()) press(waiting());
