// Quorate's own client as an adapter of itself: `quorate verify TABLE --adapter 'node examples/adapters/our-client.mjs'`, in
// the repository, after `npm run build`.
import { createInterface } from "node:readline";
import { OurClient } from "../../dist/conformance/adapter/our-client.js";

const client = new OurClient();
for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(client.hear([JSON.parse(line)].flat())));
}
