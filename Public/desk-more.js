// What is behind “More” on the desk. desk.js loads it when that is opened.

import { load, run } from "./desk.js";
import { make, quote, stepButton } from "./desk-make.js";
import { number } from "./desk-words.js";
import { address, onState, open, state } from "./desk-state.js";
import { byId, fill, put } from "./desk-view.js";
import { areKeysOn, switchKeys } from "./keys.js";

const edit = byId("edit").elements;
const preparedText = byId("preparedText");

const show = () => {
  showWords();
  showPrepared();
  fill(byId("said"), state.say);
  showAddresses();
};

const showWords = () => {
  const { round } = state;
  edit.hidden.value = !!round?.hidden;
  fill(edit.question, round?.question ?? "");
  for (const answer of ["yes", "no", "abstain"]) {
    fill(edit[answer], round?.[`${answer}Label`] ?? "");
  }
};

// MARK: Prepared questions

/** As `PreparedList` in Sources/ShowOfHands reads it. */
const asText = (questions) =>
  questions.map(({ question, yesLabel, noLabel, abstainLabel }) =>
    [question, yesLabel, noLabel, abstainLabel ?? ""]
      .map((text) => text.replace(/\|/g, "\\|")).join(" | ").trim()).join("\n");

const showPrepared = () => {
  const { prepared } = state;
  put("preparedCount", prepared.length ? number(prepared.length) : "");
  byId("prepared").replaceChildren(...prepared.map(preparedItem));
  const isTyped = fill(preparedText, asText(prepared));
  byId("preparedHint").hidden = !isTyped;
};

const preparedItem = ({ question }, index) => {
  const move = (sign, name, to) => {
    const button = make("button", { type: "button" }, sign);
    button.setAttribute("aria-label", `${name}: ${question}`);
    button.disabled = to === index;
    button.onclick = () => reorder(index, to);
    return button;
  };
  const last = state.prepared.length - 1;
  return make("li", {}, quote(question),
    make("span", { className: "moves" },
      move("↑", "Earlier", Math.max(0, index - 1)),
      move("↓", "Later", Math.min(last, index + 1)),
      move("×", "Take out", undefined)));
};

/** Without a place to go to, it is taken out. */
const reorder = async (from, to) => {
  const questions = [...state.prepared];
  const [moved] = questions.splice(from, 1);
  if (to !== undefined) questions.splice(to, 0, moved);
  await run("prepare", { questions: asText(questions) });
  byId("prepared").children[to ?? from]?.querySelector("button:enabled")?.focus();
};

// MARK: Where phones join

const showAddresses = () => {
  const { addresses, address: chosen, wifi } = state;
  put("address", chosen ?? "");
  put("wifi", wifi ? `Wi-Fi: ${wifi}` : "");
  const code = byId("joinCode");
  if (code.alt !== chosen) {
    code.alt = chosen ?? "";
    code.src = address(`qr.svg?${encodeURIComponent(chosen ?? "")}`);
  }
  byId("addresses").replaceChildren(...addresses.map(addressItem));
};

const addressItem = ({ url, note, isUsed }) => {
  const isChosen = url === state.address;
  const mark = isUsed ? "✓ A phone has come through it." : "No phone has come through it yet.";
  const item = make("li", {}, make("b", {}, url), " ", make("span", {}, note ?? ""), " ",
    make("span", { className: isUsed ? "used" : "unused" }, mark), " ");
  item.append(isChosen
    ? make("span", { className: "chosen" }, "On the join screen")
    : stepButton("Use this one", "address", "url", url));
  return item;
};

// MARK: This desk

const showPairing = ({ pair: { address: url, image, expires }, now }) => {
  const link = make("a", { href: url }, url);
  const words = "For one phone, once, within two minutes. Keep it off the big screen.";
  byId("pairing").replaceChildren(make("p", {}, words), make("p", {}, link));
  if (image) {
    const alt = "The code of this address";
    byId("pairing").prepend(make("img", { src: image, alt, width: 220, height: 220 }));
  }
  setTimeout(() => link.isConnected && byId("pairing").replaceChildren(), expires - now);
};

byId("keysOn").checked = areKeysOn();
byId("keysOn").addEventListener("change", ({ target }) => switchKeys(target.checked));
byId("keysShow").addEventListener("click", async () =>
  (await load("keylist"))?.showKeys(state, { isDesk: true }));

// MARK: What comes back from a step

addEventListener("done", ({ detail: { step, answer } }) => {
  if (step === "pair") showPairing(answer);
  if (step === "revoke") {
    open();
    put("newKey", `Every other desk is signed out. The new key: ${answer.key ?? ""}`);
  }
  if (step === "edit" || step === "ask") byId("edit").closest("details").open = false;
});

for (const id of ["archiveCard", "recordCard"]) {
  const loadOpen = () => byId(id).open && load("desk-archive");
  byId(id).addEventListener("toggle", loadOpen);
  loadOpen();
}
onState(show);
