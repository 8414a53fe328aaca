/** What several commands' options take. */
import { type Command, InvalidArgumentError, Option } from "commander";

/** Reads a whole number from 1 on. */
export function count(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1)
    throw new InvalidArgumentError("It must be a whole number from 1 on.");
  return number;
}

/** Reads a time, in seconds. */
export function seconds(text: string): number {
  const number = Number(text);
  if (!(number > 0 && number <= 86_400))
    throw new InvalidArgumentError("It must be a number of seconds, at most a day.");
  return number;
}

/** What servers are taken for by who proposes or reads. */
export const freezeOption = (): Option =>
  new Option("--freeze <what>", "register: all servers are stores, of single registers; row: none is").choices([
    "row",
    "register",
  ]);

/** How servers and clients know each other; read by secrets.ts. */
export const withSecretOptions = (command: Command): Command =>
  command
    .option("--token-file <file>", "a secret that all servers and clients share, and prove to each other")
    .option("--tls-key <file>", "speak TLS with this private key, in PEM; needs the two below")
    .option("--tls-cert <file>", "its certificate: of the server's name, the client's, or client-<n>")
    .option("--tls-ca <file>", "certificate of the authority that signs for all servers and clients");
