import { address } from "./page.js";
import { patience } from "./patience.js";
import { doubt, streamInterval, succeed, watch } from "./updates.js";

const interval = 3_000;
const answerMax = 15_000;

/** Until `polling.isOver`, asks for what the stream would say. */
export const poll = async (polling) => {
  while (!polling.isOver) {
    const events = await read();
    if (polling.isOver) return;
    if (events && !polling.works) watch(streamInterval);
    polling.works = !!events;
    if (events) succeed("delayed", events);
    else doubt();
    await new Promise((resume) => setTimeout(resume, interval * (1 + Math.random() / 2)));
  }
};

const read = async () => {
  try {
    const signal = patience(answerMax);
    const response = await fetch(address("newest.json"), { signal });
    if (response.ok) return await response.json();
  } catch {}
};
