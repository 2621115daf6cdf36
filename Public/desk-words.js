/** In the page's language: Views/words has them. */
export const words = JSON.parse(document.getElementById("words").textContent);

/** 83 as 1:23. */
export const minutes = (seconds) =>
  `${Math.floor(seconds / 60)}:${`${seconds % 60}`.padStart(2, "0")}`;

const two = (part) => `${part}`.padStart(2, "0");

export const time = (milliseconds, hasSeconds) => {
  const date = new Date(milliseconds);
  const parts = [date.getHours(), date.getMinutes(), ...(hasSeconds ? [date.getSeconds()] : [])];
  return parts.map(two).join(":");
};

export const day = (milliseconds) => {
  const date = new Date(milliseconds);
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map(two).join("-");
};
