/**
 * Has the browser call the worker when there is a line, so that what is kept goes out with no page open. Source: W3C, Web
 * Background Synchronization; not every browser has it, and one that has it may be told not to.
 */

export const TAG = "cuppa-to-send";

/** Ask to be called; returns whether the browser will. Asking twice is being called once. */
export async function goOnWithoutPage() {
  try {
    const registration = await navigator.serviceWorker.getRegistration();
    await registration.sync.register(TAG);
    return true;
  } catch {
    return false;
  }
}

/** Say below `root` what is so here: elements `[data-goes-on]` for "alone" and for "with-page". */
export function tellHowItGoesOn(root, isAlone) {
  for (const sentence of root.querySelectorAll("[data-goes-on]")) {
    sentence.hidden = (sentence.dataset.goesOn === "alone") !== isAlone;
  }
}

/** Whether this browser has it at all. */
export const mayGoOnAlone = () => "SyncManager" in globalThis;
