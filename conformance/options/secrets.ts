/** How servers and clients know each other: what `--token-file` and `--tls-…` name, read and checked. */
import { readFileSync, statSync } from "node:fs";
import type { Party } from "../../impl/network/tcp-session.js";
import type { TlsIdentity } from "../../impl/network/tls.js";
import { TOKEN_BYTES_MIN, type Token } from "../../impl/network/token.js";
import { CommandError, usageError } from "../shell/command-error.js";
import { EXIT } from "../shell/exit-codes.js";
import { explainSystemError } from "../shell/system-error.js";

/** As commander hands the options over. */
export interface SecretOptions {
  readonly tokenFile?: string;
  readonly tlsKey?: string;
  readonly tlsCert?: string;
  readonly tlsCa?: string;
}

export interface Secrets {
  readonly token: Token | null;
  readonly tls: TlsIdentity | null;
}

/** Faults of the path, which are not those of a data directory. */
const UNREADABLE: Readonly<Record<string, (file: string) => string>> = {
  ENOENT: (file) => `there is no ${file}`,
  EACCES: (file) => `this user may not read ${file}`,
  EISDIR: (file) => `${file} is a directory; name the file in it`,
};

/** Whoever else may read it. */
const OTHERS = 0o077;

/** Throws CommandError. */
export async function readSecrets({ tokenFile, tlsKey, tlsCert, tlsCa }: SecretOptions): Promise<Secrets> {
  const token = tokenFile === undefined ? null : readToken(tokenFile);
  if (tlsKey === undefined && tlsCert === undefined && tlsCa === undefined) return { token, tls: null };
  if (tlsKey === undefined || tlsCert === undefined || tlsCa === undefined) {
    throw usageError("--tls-key, --tls-cert and --tls-ca go together");
  }
  const tls = { key: read(tlsKey, true), cert: read(tlsCert, false), ca: read(tlsCa, false) };
  const { checkTlsIdentity } = await import("../../impl/network/tls.js");
  try {
    checkTlsIdentity(tls);
  } catch (cause) {
    const what = `${tlsKey}, ${tlsCert} and ${tlsCa} are not a private key, its certificate and an authority's, all in PEM`;
    throw new CommandError(EXIT.unreadable, what, { cause });
  }
  return { token, tls };
}

/** As a client uses them. Throws CommandError. */
export async function securityOf(options: SecretOptions): Promise<Pick<Party, "token" | "dialer">> {
  const { token, tls } = await readSecrets(options);
  if (tls === null) return { token };
  const { tlsDialer } = await import("../../impl/network/tls.js");
  return { token, dialer: tlsDialer(tls) };
}

function readToken(file: string): Token {
  const token = Buffer.from(read(file, true).trim());
  if (token.length >= TOKEN_BYTES_MIN) return token;
  throw new CommandError(
    EXIT.unreadable,
    `${file} holds a token of ${token.length} bytes, and it takes ${TOKEN_BYTES_MIN} that nobody can guess; make one with: openssl rand -hex 32`,
  );
}

function read(file: string, isSecret: boolean): string {
  try {
    const { mode } = statSync(file);
    if (isSecret && (mode & OTHERS) !== 0) {
      const octal = (mode & 0o777).toString(8).padStart(4, "0");
      process.stderr.write(
        `quorate: others may read ${file}, or write it (mode ${octal}); chmod 600 keeps it secret\n`,
      );
    }
    return readFileSync(file, "utf8");
  } catch (cause) {
    const why = UNREADABLE[(cause as NodeJS.ErrnoException).code ?? ""];
    if (why === undefined) throw explainSystemError(`cannot read ${file}`, cause);
    throw new CommandError(EXIT.unreadable, why(file), { cause });
  }
}
