// Votes cannot be stored at present: desk.js loads this where the server says so.

import { state } from "./desk-state.js";
import { byId, put } from "./desk-view.js";
import { sentence } from "./errors.js";

let text;

export const warn = async () => {
  text = text ?? (await sentence({ code: "storing" }));
  const isCut = byId("state").dataset.state === "disconnected";
  if (text && state.storing === false && !isCut) put("offline", text);
};
