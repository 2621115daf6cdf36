import { fill, moreWords } from "./wording.js";

/** What to say of an error that the server gave to a script: its own sentence where nobody has
 * put that into the page's language. */
export const sentence = async ({ code, details = {}, error }) => {
  const texts = await moreWords("error").catch(() => ({}));
  const text = texts[details.reason ?? code];
  if (!text) return error;
  const problem = fill(text, details);
  return details.line ? fill(texts["list-line"], { ...details, problem }) : problem;
};
