/** The SHA-256 of a file of any size, a megabyte in memory at a time. */

import { sha256 } from "../../vendor/noble-hashes/2.4.0/sha2.js";

const PIECE_BYTES = 1024 * 1024;

/** Return the SHA-256 of `blob` as 64 hexadecimal digits. */
export async function sha256Of(blob) {
  const hash = sha256.create();
  for (let start = 0; start < blob.size; start += PIECE_BYTES) {
    hash.update(new Uint8Array(await blob.slice(start, start + PIECE_BYTES).arrayBuffer()));
  }
  return Array.from(hash.digest(), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
