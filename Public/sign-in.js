// The key comes behind a #, which no log and no proxy sees, and leaves the address at once.

const address = (name) => new URL(name, import.meta.url).href;
const form = document.querySelector("form");
const notice = document.getElementById("notice");

// Or the page would only ask for the key again.
const refused = "The key is right, but your browser did not keep the desk’s cookie. Allow cookies for "
  + "this address, and open it as the server printed it.";

const open = async (key) => {
  notice.textContent = "Signing in…";
  try {
    const headers = { Accept: "application/json" };
    const body = new URLSearchParams({ key });
    const response = await fetch(address("desk/session"), { method: "POST", headers, body });
    if (!response.ok) notice.textContent = (await response.json()).error;
    else if ((await fetch(address("desk/state.json"))).ok) return location.replace(address("desk"));
    else notice.textContent = refused;
  } catch {
    notice.textContent = "No answer from the server. Try again.";
  }
  form.elements.key.focus();
};

form.addEventListener("submit", (event) => {
  event.preventDefault();
  open(form.elements.key.value.trim());
});

const key = location.hash.slice(1);
if (key) {
  history.replaceState(null, "", location.pathname);
  open(decodeURIComponent(key));
}
