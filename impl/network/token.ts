/**
 * Proof that one knows the shared token, without sending it: an HMAC of all that was said on this connection so far,
 * which holds a fresh nonce of each side. So a proof is good for one connection and one direction, and for this very
 * hello.
 */
import { createHmac, timingSafeEqual } from "node:crypto";

/** A secret that all servers and clients of a cluster share. */
export type Token = Buffer;

/** A proof shows to whoever listens how a guess can be checked: a token must be too long to guess. */
export const TOKEN_BYTES_MIN = 16;

export type Side = "client" | "server";

/** In hexadecimal. `greeting` and `hello`: the bodies of both messages, without proofs. */
export const proofOf = (token: Token, side: Side, greeting: Buffer, hello: Buffer): string =>
  createHmac("sha256", token)
    .update(`quorate ${side} ${greeting.length}\n`)
    .update(greeting)
    .update(hello)
    .digest("hex");

/** Takes as long whatever the difference. */
export const isProof = (proof: string | null, expected: string): boolean =>
  proof !== null && timingSafeEqual(Buffer.from(proof, "hex"), Buffer.from(expected, "hex"));
