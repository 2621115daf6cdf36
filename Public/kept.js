import { address, main } from "./page.js";

const name = `vote at ${address(".")}${main.dataset.card ?? ""}`;

// Refused with cookies, at times in silence.
export const refusesCookies = () => {
  try {
    return !navigator.cookieEnabled || !localStorage;
  } catch {
    return true;
  }
};

// What a reload keeps.
export const tab = () => history.state ?? {};
export const remember = (news) => history.replaceState({ ...tab(), ...news }, "");

export const keptVote = () => {
  try {
    return JSON.parse(localStorage.getItem(name)) ?? tab().vote;
  } catch {
    return tab().vote;
  }
};

export const keepVote = (vote) => {
  try {
    localStorage.setItem(name, JSON.stringify(vote));
    vote = null;
  } catch {}
  if (vote || tab().vote) remember({ vote });
};

export const onKept = (callBack) =>
  addEventListener("storage", ({ key }) => key === name && callBack());
