#!/usr/bin/env node
/** The file behind the bin `quorate`. */
import { runCommandLine } from "./command-line.js";

await runCommandLine(process.argv.slice(2));
