// By which rule the round passes and what came of it, as the pages say it. desk.js loads it where there
// is a rule.

import { byId } from "./desk-view.js";
import { show as say } from "./verdict.js";

export const show = (state) => say(asPublic(state));

/** The round as the event `round` has it. */
const asPublic = ({ round, turnout, tally, outcome }) => {
  if (!round) return {};
  const { present, entitled, chair: chairDecides, ...rest } = round;
  const shown = { ...rest, chairDecides: chairDecides && round.rule === "simple" };
  if (round.rollCall) shown.noLabel = shown.abstainLabel = "";
  if (!outcome) return shown;
  const by = { yes: round.yesByHand, no: round.noByHand, abstain: round.abstainByHand };
  const byHand = Object.values(by).some((count) => count !== null) ? by : undefined;
  const counted = {};
  for (const answer in by) counted[answer] = (tally?.[answer] ?? 0) + (by[answer] ?? 0);
  return { ...shown, ...outcome, voted: turnout.voted, present, entitled, byHand, counted };
};

/** To the number that is missing. */
byId("enter").addEventListener("click", (event) => {
  event.preventDefault();
  byId("more").open = byId("numbersCard").open = true;
  byId(document.body.dataset.missing || "present").focus();
});
