/** How long a line may answer nothing until it is treated as none. */

const PATIENCE_MS = 6000; // who stands at a machine waits no longer, where there is something in its place

/** Return what `answer` resolves to; rejects when it takes too long. */
export function soonEnough(answer) {
  return Promise.race([answer, tooSlow()]);
}

async function tooSlow() {
  await new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
  throw new Error("The line is too slow.");
}
