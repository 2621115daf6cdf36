// An EventSource for Node: its own, of undici, or that of the package `eventsource`.
const EventSource = globalThis.EventSource ?? require("eventsource");

const source = new EventSource(process.argv[2]);
// It hears those events only whose names it is told.
const names = ["message", ...(process.env.EVENT_NAMES ?? "").split(",").filter(Boolean)];
for (const name of names) {
  source.addEventListener(name, ({ type, data, lastEventId }) => {
    console.log(JSON.stringify({ name: type, data, lastEventID: lastEventId }));
  });
}
// A stream that has ended is not asked for again.
source.addEventListener("error", () => process.exit());
