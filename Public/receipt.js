// The receipt of this phone's ballot: made by the phone and the server together, kept here with the
// answer, and looked for in the published list. vote.js loads it once something is counted.
//
// The server's half stands in the page before the phone draws its own, so that no server can give two
// voters the same receipt. Receipt in Sources/Voting makes it in the same way.

import { address, byId, fit, label, main } from "./page.js";
import { patience } from "./patience.js";
import { fill, moreWords } from "./wording.js";

const alphabet = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
const length = 7;
const keptMax = 50; // Rounds
const listPatience = 20_000;
const name = `receipts at ${address(".")}`;
const place = byId("receipt") ?? document.createElement("p");
if (!place.id) {
  Object.assign(place, { id: "receipt", dir: document.dir });
  byId("state").before(place);
}

let words, found;

const made = (half) => {
  let rest = (BigInt(`0x${half}`) ^ BigInt(`0x${main.dataset.half}`)) % BigInt(31 ** length);
  let text = "";
  for (; text.length < length; rest /= 31n) text = alphabet[Number(rest % 31n)] + text;
  return text;
};

// The server's half is another one for every ledger, and for every ballot in it.
const own = () => `${main.dataset.half}/${main.dataset.round}`;

const all = () => {
  try {
    return JSON.parse(localStorage.getItem(name)) ?? {};
  } catch {
    return {};
  }
};

const keep = (kept) => {
  const { [own()]: _, ...others } = all();
  const entries = [...Object.entries(others), [own(), kept]].slice(-keptMax);
  try {
    localStorage.setItem(name, JSON.stringify(Object.fromEntries(entries)));
  } catch {} // The page has it until it is left.
};

/** What the server gave for this half; a receipt that the ballot had before stays. */
export const takeReceipt = (receipt, before, half, choice) => {
  const isOurs = receipt === (all()[own()]?.receipt ?? (before || made(half)));
  keep({ receipt, choice, isForeign: !isOurs || undefined });
};

/** Shown with what is counted. In another round it is another one. */
export const showReceipt = async (counted, isOver) => {
  words = words ?? (await moreWords("receipt").catch(() => {}));
  if (!words) return;
  const { receipt = main.dataset.receipt, choice, isForeign } = all()[own()] ?? {};
  if (counted && receipt && counted !== choice) keep({ receipt, choice: counted, isForeign });
  const key = `${own()} ${counted && receipt} ${isOver} ${found?.text}`;
  if (place.dataset.shown === key) return;
  place.dataset.shown = key;
  const isFound = found?.round === own();
  const text = isFound ? found.text : counted && receipt ? fill(words.own, { receipt }) : "";
  place.textContent = isForeign ? `${text} ${words.differs}` : text;
  if (isOver && text && !isFound) place.append(" ", finder(receipt, counted));
  fit();
};

const finder = (receipt, counted) => {
  const link = Object.assign(document.createElement("a"), {
    href: address(`receipts.csv?round=${main.dataset.round}`), textContent: words.find,
  });
  link.addEventListener("click", async (event) => {
    event.preventDefault();
    const round = own();
    found = { round, text: await look(link.href, receipt, counted) };
    showReceipt(counted, true);
  });
  return link;
};

/** On demand alone: a hall that reads the whole list at once would be a burst. */
const look = async (list, receipt, counted) => {
  try {
    const response = await fetch(list, { signal: patience(listPatience) });
    if (!response.ok) return words.lost;
    const line = (await response.text()).split("\n").find((line) => line.startsWith(`${receipt},`));
    if (!line) return fill(words.missing, { receipt });
    const choice = line.slice(length + 1);
    const values = { receipt, choice: label(choice)?.textContent ?? choice };
    return fill(choice === counted ? words.found : words.changed, values);
  } catch {
    return words.lost;
  }
};
