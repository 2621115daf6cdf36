import { byId, label, main, say, showRound, showState } from "./page.js";
import { percentages } from "./percentages.js";
import { follow } from "./updates.js";

const summaryInterval = 5_000;
const inWords = new Intl.NumberFormat("en");
let summary;

const showTally = ({ yes, no }) => {
  const percent = percentages(yes, no);
  for (const [answer, count] of Object.entries({ yes, no })) {
    byId(`${answer}Count`).textContent = inWords.format(count);
    byId(`${answer}Percent`).textContent = percent[answer];
    // The same steps as in the page, or the first change would pass through other lengths.
    main.querySelector(`.${answer} .share`).style.transform =
      `scale(.01, 1) scale(${percent[answer]}, 1)`;
  }
  byId("total").textContent = inWords.format(yes + no);
  main.dataset.total = yes + no;
  summary ??= setTimeout(summarize, summaryInterval);
};

/** Gives a screen reader the newest numbers, not every one of them. */
const summarize = () => {
  const count = (answer) => `${label(answer).textContent} ${byId(`${answer}Count`).textContent}`;
  const total = byId("total").textContent;
  say("summary", `${count("yes")}, ${count("no")}, ${total} ${total === "1" ? "vote" : "votes"}`);
  summary = undefined;
};

follow({
  state: showState,
  round: showRound,
  message: showTally,
  presence: ({ connected }) => (byId("connected").textContent = inWords.format(connected)),
});
