/**
 * Why a store cannot be used, as the rest of a sentence about it: what libraries, Node and OpenSSL say, and what to do
 * about it.
 */

const UNKNOWN_AUTHORITY =
  "its certificate is signed by an authority that is not known here: name the file of its certificate in NODE_EXTRA_CA_CERTS";

/** By Node's code for a certificate that does not hold. */
const CERTIFICATES: Readonly<Record<string, string>> = {
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_AUTHORITY,
  DEPTH_ZERO_SELF_SIGNED_CERT: UNKNOWN_AUTHORITY,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_AUTHORITY,
  CERT_HAS_EXPIRED: "its certificate has expired",
  CERT_NOT_YET_VALID: "its certificate is not valid yet",
};

/** What OpenSSL says where the other side wants a certificate. */
const WANTS_CERTIFICATE = /alert (certificate required|bad certificate|handshake failure)/;

/** Of several attempts to connect, the last one's; of a request that failed, what lies behind it. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors.at(-1));
  if (!(error instanceof Error)) return String(error);
  const { code = "" } = error as NodeJS.ErrnoException;
  if (code === "ECONNREFUSED" || error.message.includes("ECONNREFUSED")) return "connection refused";
  if (error.message === "fetch failed" && error.cause !== undefined) return reasonOf(error.cause);
  return reasonOfTls(error, code) ?? (error.message === "" ? code || error.name : error.message);
}

function reasonOfTls(error: Error, code: string): string | null {
  const ofCertificate = CERTIFICATES[code];
  if (ofCertificate !== undefined) return ofCertificate;
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") {
    const { cert } = error as Error & { readonly cert?: { readonly subjectaltname?: string } };
    return `its certificate is for another name: ${cert?.subjectaltname ?? "it has none"}`;
  }
  if (WANTS_CERTIFICATE.test(error.message))
    return "it asks for a certificate of its client, and there is none to show";
  if (/wrong version number|packet length too long/.test(error.message)) return "it does not speak TLS";
  return null;
}

/** Of schemes that do not speak TLS, those that do. */
const WITH_TLS: Readonly<Record<string, string>> = {
  "redis:": "rediss:",
  "etcd+http:": "etcd+https:",
  "s3+http:": "s3+https:",
};

/** The same of a store that has never answered: what may be wrong with how it is named. @param name its URL */
export function reasonAtFirst(error: unknown, name: string): string {
  const reason = reasonOf(error);
  const scheme = /^[^/]*:(?=\/\/)/.exec(name)?.[0] ?? "";
  if (!/ECONNRESET|other side closed|Socket closed unexpectedly|socket hang up/.test(reason)) return reason;
  const other = WITH_TLS[scheme];
  const hint = other === undefined ? ofTls(scheme) : `; if it speaks TLS, write ${other}//`;
  return `it ends the connection without an answer${hint}`;
}

const ofTls = (scheme: string): string =>
  Object.values(WITH_TLS).includes(scheme) ? "; perhaps it asks for a certificate of its client" : "";
