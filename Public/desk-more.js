// What is behind “More” on the desk. desk.js loads it when that is opened.

import { load, run } from "./desk.js";
import { make, quote, stepButton } from "./desk-make.js";
import { address, onState, open, state } from "./desk-state.js";
import { byId, fill, put } from "./desk-view.js";
import { areKeysOn, switchKeys } from "./keys.js";
import { words } from "./desk-words.js";
import { fill as insert, moreWords, number } from "./wording.js";

const { host } = words;
const addressWords = await moreWords("address");
const edit = byId("edit").elements;
const preparedText = byId("preparedText");

const show = () => {
  showWords();
  showNumbers();
  showPrepared();
  fill(byId("said"), state.say);
  showAddresses();
  showServers();
};

const showServers = async () => {
  if (state.servers) (await load("desk-servers"))?.show(state);
};

const showWords = () => {
  const { round } = state;
  edit.hidden.value = !!round?.hidden;
  fill(edit.question, round?.question ?? "");
  for (const answer of ["yes", "no", "abstain"]) {
    fill(edit[answer], round?.[`${answer}Label`] ?? "");
  }
  choose(edit.rule, round?.rule ?? "none");
  choose(edit.chair, `${!!round?.chair}`);
  edit.rollCall.value = !!round?.rollCall;
};

/** A choice that nobody has touched is as the round has it. */
const choose = (field, value) => {
  field.defaultValue = field.defaultValue ?? field.value;
  fill(field, value);
};

// MARK: Numbers

const numbers = byId("numbers").elements;

const showNumbers = () => {
  const { round } = state;
  const isRound = !!round?.number;
  const entered = isRound ? round : state.numbers;
  for (const name of ["present", "entitled", "yesByHand", "noByHand", "abstainByHand"]) {
    fill(numbers[name], entered[name] ?? "");
  }
  byId("byHand").disabled = !isRound;
  for (const answer of ["no", "abstain"]) {
    const field = numbers[`${answer}ByHand`].closest("fieldset");
    field.hidden = field.disabled = round?.rollCall || !round?.[`${answer}Label`];
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
      move("↑", host.earlier, Math.max(0, index - 1)),
      move("↓", host.later, Math.min(last, index + 1)),
      move("×", host.takeOut, undefined)));
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
  put("wifi", wifi ? insert(host.wifi, { name: wifi }) : "");
  const code = byId("joinCode");
  if (code.alt !== chosen) {
    code.alt = chosen ?? "";
    code.src = address(`qr.svg?${encodeURIComponent(chosen ?? "")}`);
  }
  byId("addresses").replaceChildren(...addresses.map(addressItem));
};

/** What the host should know of an address. */
const remarksOn = ({ remarks }) =>
  remarks.split("|").map((remark) => {
    const [code, name] = remark.split(" ");
    return insert(addressWords[code], { name });
  }).join(`${host.comma} `);

const addressItem = ({ url, isUsed, ...address }) => {
  const isChosen = url === state.address;
  const mark = isUsed ? host.used : host.unused;
  const item = make("li", {}, make("b", { dir: "ltr" }, url), " ", make("span", {}, remarksOn(address)), " ",
    make("span", { className: isUsed ? "used" : "unused" }, mark), " ");
  item.append(isChosen
    ? make("span", { className: "chosen" }, host.chosen)
    : stepButton(host.choose, "address", "url", url));
  return item;
};

// MARK: This desk

const showPairing = ({ pair: { address: url, image, expires }, now }) => {
  const link = make("a", { href: url, dir: "ltr" }, url);
  byId("pairing").replaceChildren(make("p", {}, host.pairing), make("p", {}, link));
  if (image) {
    byId("pairing").prepend(
      make("img", { src: image, alt: host.code, width: 220, height: 220 }));
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
    put("newKey", insert(host.newKey, { key: answer.key ?? "" }));
  }
  if (step === "edit" || step === "ask") byId("edit").closest("details").open = false;
});

for (const id of ["archiveCard", "recordCard"]) {
  const loadOpen = () => byId(id).open && load("desk-archive");
  byId(id).addEventListener("toggle", loadOpen);
  loadOpen();
}
onState(show);
