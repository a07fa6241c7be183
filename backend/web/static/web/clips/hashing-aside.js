/** Has a file hashed by a worker, so that the page stays quick to touch. */

/** Return the SHA-256 of `blob` as 64 hexadecimal digits. */
export function sha256Of(blob) {
  const worker = new Worker(new URL("./hashing-worker.js", import.meta.url), { type: "module" });
  return new Promise((resolve, reject) => {
    worker.addEventListener("message", ({ data }) => (data.sha256 ? resolve(data.sha256) : reject(new Error(data.problem))));
    worker.addEventListener("error", (event) => reject(new Error(event.message || "The hashing worker did not start.")));
    worker.postMessage(blob);
  }).finally(() => worker.terminate());
}
