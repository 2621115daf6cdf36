// The servers that share the ledger. desk-more.js loads it where there is more than one to have it;
// DeskServers in Sources/ShowOfHands makes the same.

import { make, quote } from "./desk-make.js";
import { byId } from "./desk-view.js";
import { fill, moreWords, number } from "./wording.js";

let words;

export const show = async ({ servers }) => {
  words = words ?? (await moreWords("servers").catch(() => {}));
  if (!words || !byId("servers")) return;
  byId("servers").replaceChildren(...servers.map(({ name, phones, screens, lagMilliseconds }) => {
    const values = {
      phones: number(phones), screens: number(screens), milliseconds: number(lagMilliseconds),
    };
    return make("li", {}, make("b", {}, quote(name)), " ", make("span", {}, fill(words.counts, values)));
  }));
};
