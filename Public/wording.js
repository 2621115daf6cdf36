// What sentences are made of. The words themselves are in Views/words.

/** Words that few need. */
export const moreWords = async (group) =>
  (await fetch(new URL(`words/${group}.json`, import.meta.url))).json();

/** Puts values in place of their names in braces. */
export const fill = (text, values) => text.replace(/{(\w+)}/g, (_, name) => values[name]);

/** A narrow space means the same in every language. */
export const number = (count) => `${count}`.replace(/\B(?=(\d{3})+$)/g, "\u202f");
