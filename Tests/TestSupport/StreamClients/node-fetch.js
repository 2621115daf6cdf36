// The fetch of Node, with a reader.
async function main(url) {
  const body = (await fetch(url)).body.pipeThrough(new TextDecoderStream());
  let text = "";
  for await (const piece of body) {
    const blocks = (text + piece).split("\n\n");
    text = blocks.pop();
    for (const block of blocks) {
      const event = { name: "message", id: null };
      for (const line of block.split("\n")) {
        const [, field, value] = /^([^:]*):? ?(.*)$/s.exec(line);
        if (field === "data") event.data = "data" in event ? `${event.data}\n${value}` : value;
        if (field === "event") event.name = value;
        if (field === "id") event.id = value;
      }
      if (!("data" in event)) continue;
      console.log(JSON.stringify(event));
    }
  }
}

main(process.argv[2]);
