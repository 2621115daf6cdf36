// Rounds of before, by day, and the record.

import { make, quote, stepButton } from "./desk-make.js";
import { day, time, words } from "./desk-words.js";
import { address, onState } from "./desk-state.js";
import { percentages } from "./percentages.js";
import { notify } from "./desk-notice.js";
import { byId } from "./desk-view.js";
import { fill, number } from "./wording.js";

const { host, record: steps } = words;

let shown = "";

const show = ({ archive, record }) => {
  byId("record").replaceChildren(...[...record].reverse().map(({ at, step, round }) =>
    make("li", {}, make("time", { dir: "ltr" }, `${day(at)} ${time(at, true)}`), " ",
      inRound(round, steps[step] ?? step))));
  // What is open in it stays open.
  if (shown === JSON.stringify(archive)) return;
  shown = JSON.stringify(archive);
  const days = byDay([...archive].reverse());
  byId("archive").replaceChildren(...[...days].flatMap(([name, rounds]) =>
    [heading(name), make("ul", {}, ...rounds.map(item))]));
  if (!archive.length) byId("archive").textContent = host.noRounds;
};

const inRound = (round, step) => round ? fill(host.roundStep, { round, step }) : step;

const byDay = (rounds) => {
  const days = new Map();
  for (const round of rounds) {
    const name = day(round.opened);
    days.set(name, [...(days.get(name) ?? []), round]);
  }
  return days;
};

const heading = (name) => {
  const files = ["csv", "json"].map((type) => {
    const link = make("a", { href: address(`result.${type}?rounds=all`) }, type.toUpperCase());
    link.setAttribute("aria-label", fill(host.dayAs, { day: name, type: type.toUpperCase() }));
    link.onclick = (event) => {
      event.preventDefault();
      save(name, type)
        .catch(() => notify(host.lost, { isAlarm: true, isUnheard: true }));
    };
    return link;
  });
  return make("h4", {}, name, " ", ...files.flatMap((link) => [link, " "]));
};

/** One day of what the server gives for all of them. */
const save = async (name, type) => {
  const ask = async (type) => fetch(address(`result.${type}?rounds=all`));
  const { rounds } = await (await ask("json")).json();
  const wanted = rounds.filter(({ opened }) => day(new Date(opened)) === name);
  const numbers = new Set(wanted.map(({ round }) => `${round}`));
  let text = JSON.stringify({ rounds: wanted }, null, 2);
  if (type === "csv") {
    const [head, ...lines] = (await (await ask("csv")).text()).replace(/^\uFEFF/, "").split("\r\n");
    const kept = lines.filter((line) => numbers.has(line.split(",")[0]));
    text = `\uFEFF${[head, ...kept, ""].join("\r\n")}`;
  }
  const url = URL.createObjectURL(new Blob([text], { type: `text/${type}` }));
  make("a", { href: url, download: `${name}.${type}` }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
};

const item = (round) => {
  const closed = round.closed ? `–${time(round.closed)}` : "";
  const times = `${time(round.opened)}${closed}`;
  const start =
    fill(host.archived, { round: round.number, times, count: number(round.voted) });
  return make("li", { id: `round${round.number}` },
    make("p", { className: "hint" }, start),
    make("p", {}, make("strong", {}, quote(round.question))),
    result(round),
    ...(round.outcome ? [minutes(round)] : []),
    make("p", {}, stepButton(host.showOnScreens, "show", "round", round.number)));
};

const minutes = ({ number: round }) => {
  const link = (path, text) =>
    make("a", { href: address(`${path}?round=${round}`), target: "minutes" }, text);
  return make("p", {}, link("minutes", host.minutes), " ", link("minutes.txt", host.minutesText));
};

const result = (round) => round.tally
  ? make("p", {}, ...split(round, round.tally))
  : make("details", {},
    make("summary", {}, host.numbersHidden),
    make("p", {}, host.revealOrLook),
    stepButton(host.reveal, "reveal", "round", round.number), " ",
    stepButton(host.look, "peek", "round", round.number),
    make("p", { className: "peekedHere" }));

/** A round's numbers in a line. */
const split = ({ yesLabel, noLabel, abstainLabel, rollCall }, { yes, no, abstain }) => {
  if (rollCall) return [quote(yesLabel), ` ${number(yes)}`];
  const percent = percentages(yes, no);
  const parts = [
    quote(yesLabel), ` ${number(yes)} (${percent.yes}%) · `,
    quote(noLabel), ` ${number(no)} (${percent.no}%)`,
  ];
  return abstainLabel ? [...parts, " · ", quote(abstainLabel), ` ${number(abstain ?? 0)}`] : parts;
};

onState(show);

const peekedFor = 60_000;

/** Numbers that only this desk sees, for a while. */
export const showPeeked = ({ peeked, round }) => {
  if (!peeked) return;
  const here = peeked.number === round?.number
    ? byId("peeked") : byId(`round${peeked.number}`)?.querySelector(".peekedHere");
  here?.replaceChildren(...split(peeked, peeked.tally));
  setTimeout(() => here?.replaceChildren(), peekedFor);
};
