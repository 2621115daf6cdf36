// The key comes behind a #, which no log and no proxy sees, and leaves the address at once.

import { sentence } from "./errors.js";

const { signing } = JSON.parse(document.getElementById("words").textContent);
const address = (name) => new URL(name, import.meta.url).href;
const form = document.querySelector("form");
const notice = document.getElementById("notice");

const open = async (key) => {
  notice.textContent = signing.busy;
  try {
    const headers = { Accept: "application/json" };
    const body = new URLSearchParams({ key });
    const response = await fetch(address("desk/session"), { method: "POST", headers, body });
    if (!response.ok) notice.textContent = await sentence(await response.json());
    else if ((await fetch(address("desk/state.json"))).ok) return location.replace(address("desk"));
    // Or the page would only ask for the key again.
    else notice.textContent = signing.refused;
  } catch {
    notice.textContent = signing.lost;
  }
  form.elements.key.focus();
};

form.addEventListener("submit", (event) => {
  event.preventDefault();
  open(form.elements.key.value.trim());
});

const openByAddress = () => {
  const key = location.hash.slice(1);
  if (!key) return;
  history.replaceState(null, "", location.pathname);
  open(decodeURIComponent(key));
};

// Who is here already and opens the address with the key loads no other page.
addEventListener("hashchange", openByAddress);
openByAddress();
