import { fetchText } from "./page.js";

const interval = 3_000;
const answerMax = 15_000;

/** Until `poller.isOver`, tells it again and again what the stream would, or that nothing came. */
export const poll = async (poller) => {
  while (!poller.isOver) {
    let events;
    try {
      const { yes, no, connected, ...round } = JSON.parse(
        (await fetchText("result.json", answerMax)).text);
      events = { round, message: { yes, no }, presence: { connected } };
    } catch {}
    if (poller.isOver) return;
    if (events) poller.hear(events);
    else poller.miss();
    await new Promise((resume) => setTimeout(resume, interval * (1 + Math.random() / 2)));
  }
};
