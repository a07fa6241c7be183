// What every page does: say when the line is lost, copy links, and keep the shell for when there is no line.

const problem = document.getElementById("problem");
const offline = document.getElementById("offline-notice");

/** The token that every write of a script sends as X-CSRFToken. */
export const csrfToken = () => document.querySelector('meta[name="csrf-token"]').content;

/** Show one sentence above the page for a while; assistive technology reads it out. */
export function say(sentence) {
  problem.textContent = sentence;
  problem.hidden = false;
  clearTimeout(say.timer);
  say.timer = setTimeout(() => { problem.hidden = true; }, 8000);
}

// The line

const showLine = () => { offline.hidden = navigator.onLine; };
addEventListener("online", showLine);
addEventListener("offline", showLine);
showLine();

document.addEventListener("htmx:sendError", () => say(problem.dataset.lost));
document.addEventListener("htmx:timeout", () => say(problem.dataset.lost));
document.addEventListener("htmx:responseError", () => say(problem.dataset.broken));

// Copying: <button data-copies="id of an input">

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copies]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copies);
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    button.textContent = button.dataset.copied;
  } catch {
    // No permission, or plain http: the text is selected, and the person copies it.
  }
});

// Forms are sent once, however often the button is tapped; coming back by the browser's arrow frees them.

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; }));

// The first mistake gets the focus: a reader hears it, and a phone scrolls to it.

document.querySelector('[aria-invalid="true"]')?.focus();

// A version of the worker that waits, because something was being sent, is asked again on every page.

async function haveWorker() {
  const registration = await navigator.serviceWorker.register("/service-worker.js", { type: "module", updateViaCache: "none" });
  registration.waiting?.postMessage("take-over");
}

if ("serviceWorker" in navigator) haveWorker().catch(() => {}); // a browser whose workers know no modules: pages do it all

// What this phone was asked to do beyond a page: push/everywhere.js and saved/looking-after.js say what that takes.

const { person } = document.querySelector("[data-tray]")?.dataset ?? {};
if (person && localStorage.getItem("cuppa-told")) {
  import("./push/everywhere.js").then(({ beToldHere }) => beToldHere(person)).catch(() => {});
}
if (person && localStorage.getItem("cuppa-kept")) {
  import("./saved/looking-after.js").then(({ lookAfterKept }) => lookAfterKept(person)).catch(() => {});
}
