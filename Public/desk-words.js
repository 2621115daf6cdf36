/** What the record calls a step, as the desk says it. */
export const words = {
  drafted: "Draft: nobody sees it yet",
  opened: "Voting is open",
  edited: "Words changed",
  hidden: "Numbers hidden",
  revealed: "Numbers shown",
  peeked: "You looked at the numbers",
  closed: "Voting is closed",
  closedByCountdown: "Time is up: voting is closed",
  reopened: "Voting is open again",
  archived: "Put away",
  draftWithdrawn: "The draft went back to the list",
  openingWithdrawn: "Opening undone: it is a draft again",
  countdownStarted: "Countdown started",
  countdownExtended: "More time given",
  countdownFilled: "Ten minutes are left, the most that a countdown can have",
  countdownCancelled: "Countdown cancelled",
  countdownProlonged: "More time, since the server was away",
  staged: "Screens changed",
  said: "Line changed",
  shown: "An earlier round on the screens",
  prepared: "List saved",
  addressed: "Address changed",
};

export const stages = {
  result: "The screens show the result",
  join: "The screens show how to join",
  black: "The screens are black",
};

const inWords = new Intl.NumberFormat("en");

export const number = (count) => inWords.format(count);

/** 83 as 1:23. */
export const minutes = (seconds) =>
  `${Math.floor(seconds / 60)}:${`${seconds % 60}`.padStart(2, "0")}`;

const two = (part) => `${part}`.padStart(2, "0");

export const time = (milliseconds, hasSeconds) => {
  const date = new Date(milliseconds);
  const parts = [date.getHours(), date.getMinutes(), ...(hasSeconds ? [date.getSeconds()] : [])];
  return parts.map(two).join(":");
};

export const day = (milliseconds) => {
  const date = new Date(milliseconds);
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map(two).join("-");
};
