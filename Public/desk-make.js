import { address } from "./desk-state.js";

/** An element. Texts in it stay texts. */
export const make = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};

/** People's words, in their own direction. */
export const quote = (text) => make("bdi", {}, text);

/** A button that does a step. */
export const stepButton = (text, step, name, value) => {
  const button = make("button", name ? { name, value } : {}, text);
  button.setAttribute("form", "step");
  button.setAttribute("formaction", address(`desk/${step}`));
  return button;
};
