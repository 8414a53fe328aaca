/** The file behind `npm start`: all bundled tables, or `npm start -- my-table.yaml` for yours. */
import { runCommandLine } from "./command-line.js";

// npm runs scripts in the folder of package.json; the files were named where the user stands.
if (process.env.INIT_CWD !== undefined) process.chdir(process.env.INIT_CWD);

const words = process.argv.slice(2);
await runCommandLine(words.length === 0 ? ["tables"] : ["verify", ...words]);
