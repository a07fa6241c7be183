/** Hashes beside the page, which stays quick to touch meanwhile. */

import { sha256Of } from "./hashing.js";

addEventListener("message", async ({ data: blob }) => {
  try {
    postMessage({ sha256: await sha256Of(blob) });
  } catch (error) {
    postMessage({ problem: String(error) });
  }
});
