// Quorate's own servers as an adapter of themselves: `quorate verify TABLE --adapter 'node examples/adapters/our-server.mjs'`, in
// the repository, after `npm run build`.
import { createInterface } from "node:readline";
import { OurServers } from "../../dist/conformance/adapter/our-servers.js";

const servers = new OurServers();
createInterface({ input: process.stdin }).on("line", async (line) => {
  const answers = await servers.hear([JSON.parse(line)].flat());
  if (answers.length > 0) console.log(JSON.stringify(answers));
});
