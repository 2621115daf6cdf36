// A step on its way to the server: once, and never from a queue.

import { address, signOut, state, take } from "./desk-state.js";
import { sentence } from "./errors.js";
import { words } from "./desk-words.js";

const answerMax = 10_000;

let sending;

/**
 * Does a step, decided on the state that is shown: a repeat of one whose answer was lost is told
 * apart by its version, and nothing is done twice.
 * @returns the answer, or `{ error, isQuiet, isStale, isUnheard }`: what to say, whether it is no
 *   alarm, whether the state was another one, and whether the server said nothing.
 */
export const send = async (step, fields = {}) => {
  if (sending) return { error: words.host.wait, isQuiet: true };
  sending = true;
  document.body.toggleAttribute("data-sending", true);
  const body = new URLSearchParams(fields);
  if (!body.has("version") && state) body.set("version", state.version);
  try {
    const signal = AbortSignal.timeout?.(answerMax);
    const headers = { Accept: "application/json" };
    const response = await fetch(address(`desk/${step}`), { method: "POST", headers, body, signal });
    return await read(response.status, await response.json());
  } catch {
    return { error: words.host.lostStep, isUnheard: true };
  } finally {
    sending = false;
    document.body.toggleAttribute("data-sending", false);
  }
};

const read = async (status, answer) => {
  if (status === 200) {
    take(answer);
    return answer;
  }
  if (status === 401) signOut();
  if (status === 409) take(answer.state);
  const error = await sentence(answer);
  return { error, isQuiet: status === 409, isStale: answer.code === "stale" };
};
