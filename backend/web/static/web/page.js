// What every page does: say when the line is lost, copy links, and keep the shell for when there is no line.

const problem = document.getElementById("problem");
const offline = document.getElementById("offline-notice");

/** The token that every write of a script sends as X-CSRFToken. */
export const csrfToken = () => document.querySelector('meta[name="csrf-token"]').content;

/** Show one sentence above the page for a while; assistive technology reads it out. */
export function say(sentence) {
  show(sentence);
  say.timer = setTimeout(hide, 8000);
}

function show(sentence, ...more) {
  clearTimeout(say.timer);
  problem.replaceChildren(sentence, ...more);
  problem.hidden = false;
}

function hide() {
  problem.hidden = true;
}

// The line

const showLine = () => { offline.hidden = navigator.onLine; };
addEventListener("online", showLine);
addEventListener("offline", showLine);
showLine();

// What somebody did and did not come through: it is said, what was typed stays, and one tap tries again.

document.addEventListener("htmx:sendError", ({ detail }) => offerAgain(detail, problem.dataset.lost));
document.addEventListener("htmx:timeout", ({ detail }) => offerAgain(detail, problem.dataset.lost));
document.addEventListener("htmx:responseError", ({ detail }) => {
  if (detail.xhr.status === 401) offerAgain(detail, problem.dataset.signedOut, signInElsewhere());
  else offerAgain(detail, problem.dataset.broken);
});
document.addEventListener("htmx:beforeSwap", ({ detail }) => { if (!detail.isError) hide(); });

function offerAgain({ elt, requestConfig, pathInfo }, sentence, ...links) {
  if (!requestConfig.triggeringEvent) return; // the page asked by itself, and will again
  const again = document.createElement("button");
  again.type = "button";
  again.textContent = problem.dataset.again;
  again.addEventListener("click", async () => {
    hide();
    if (links.length) await renewToken();
    // htmx.ajax takes what is typed now out of the same form, and puts the answer where it belongs.
    if (elt.isConnected) htmx.ajax(requestConfig.verb, pathInfo.requestPath, { source: elt, event: requestConfig.triggeringEvent });
  });
  show(sentence, ...links, again);
}

function signInElsewhere() {
  const link = document.createElement("a");
  link.href = "/sign-in";
  link.target = "_blank";
  link.textContent = problem.dataset.signIn;
  return link;
}

/** Take the token of the session that began in another tab, for every form of this page. */
async function renewToken() {
  const answer = await fetch("/offline", { credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok) return; // the next try will say so
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const token = page.querySelector('meta[name="csrf-token"]').content;
  document.querySelector('meta[name="csrf-token"]').content = token;
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
  for (const field of document.querySelectorAll('input[name="csrfmiddlewaretoken"]')) field.value = token;
}

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
  if (!navigator.onLine && !goesWithoutLine(form)) {
    event.preventDefault(); // the browser would put its own page in the place of what was typed
    say(form.dataset.lost ?? problem.dataset.lost);
    return;
  }
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});

/** Return whether a script of its own, or the worker, does the rest. */
function goesWithoutLine({ dataset }) {
  return "withClip" in dataset || ("byWorker" in dataset && Boolean(navigator.serviceWorker?.controller));
}

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
