/**
 * Keeps the page of a thread as it is: the server says that something happened, and the parts of the page that changed
 * are put in place. What somebody types in or plays is left alone until they have done with it.
 */

import { csrfToken } from "../page.js";

const KINDS = [
  "asked", "seen", "claimed", "declined", "answered", "moved", "owned", "uploading", "clip", "captions", "tried",
  "commented", "similar", "reset",
];
const TOGETHER_MS = 400; // what happens at once is fetched at once
const BACK_AFTER_MS = 2000; // doubled each time up to a minute: whoever is signed out asks no more often than that
const BACK_AT_LAST_MS = 60_000;

export class LiveThread {
  /** `onParts(element)` is called for each part that was put in place. */
  constructor(root, onParts) {
    this.root = root;
    this.onParts = onParts;
    this.seen = new Map(partsOf(root).map((part) => [part.id, essence(part)])); // as the server last had it
    this.lastId = root.dataset.shownTo; // the stream begins with what happened since the page was made
    this.address = `/api/v1/threads/${root.dataset.thread}/events`;
    this.source = null;
    this.turn = 0;
    this.pending = null;
    this.failures = 0;
    document.addEventListener("visibilitychange", () => this.watch());
  }

  /**
   * Begin, or go on where it was. A page that nobody looks at lets go: over HTTP/1.1 a browser has six lines to a server,
   * and with a line held by each of six pages it could not even load a seventh.
   */
  async watch() {
    const turn = ++this.turn;
    this.source?.close();
    delete this.root.dataset.live;
    if (document.hidden) return;
    const ticket = await this.ticket();
    if (turn !== this.turn) return; // let go, or begun anew, meanwhile
    if (!ticket) return this.comeBack();
    this.listen(new EventSource(`${this.address}?${new URLSearchParams({ ticket, last_event_id: this.lastId })}`));
  }

  async ticket() {
    const headers = { "X-CSRFToken": csrfToken() };
    const answer = await fetch(`${this.address}-ticket`, { method: "POST", headers, credentials: "same-origin" }).catch(() => null);
    return answer?.ok ? (await answer.json()).ticket : null;
  }

  listen(source) {
    this.source = source;
    source.addEventListener("open", () => {
      this.root.dataset.live = "yes";
      this.failures = 0;
    });
    for (const kind of KINDS) {
      source.addEventListener(kind, (event) => {
        this.lastId = event.lastEventId;
        this.changed();
      });
    }
    source.addEventListener("error", () => {
      if (source.readyState === EventSource.CLOSED) this.comeBack(); // refused: the ticket is over
    });
  }

  comeBack() {
    const turn = this.turn;
    delete this.root.dataset.live;
    const waits = Math.min(BACK_AT_LAST_MS, BACK_AFTER_MS * 2 ** this.failures++);
    setTimeout(() => turn === this.turn && this.watch(), waits * (1 + Math.random() / 5)); // not everybody at once after a restart
  }

  changed() {
    this.pending ??= setTimeout(() => this.refresh(), TOGETHER_MS);
  }

  async refresh() {
    this.pending = null;
    const headers = { "HX-Request": "true" };
    const answer = await fetch(location.pathname, { headers, credentials: "same-origin" }).catch(() => null);
    if (!answer?.ok) return;
    document.dispatchEvent(new Event("cuppa:happened"));
    this.take(new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("thread"));
  }

  /** Put what differs in its place. */
  take(fresh) {
    if (!fresh) return; // signed out meanwhile
    const parts = partsOf(fresh);
    const names = new Set(parts.map((part) => part.id));
    for (const old of partsOf(this.root)) if (!names.has(old.id) && !isBusy(old)) this.remove(old);
    let postponed = false;
    for (const part of parts) postponed = this.put(part, fresh) || postponed;
    if (postponed) setTimeout(() => this.changed(), 5000);
  }

  remove(part) {
    part.remove();
    this.seen.delete(part.id);
  }

  /** Put `part` in its place; returns whether that has to wait. */
  put(part, fresh) {
    if (!fresh.contains(part) || part.parentElement.closest("[data-live-part]")) return this.putInner(part);
    const now = document.getElementById(part.id);
    const told = essence(part);
    if (now && this.seen.get(part.id) === told) return false;
    if (now && isBusy(now)) return true;
    if (now) replace(now, part);
    else this.insert(part, fresh);
    this.seen.set(part.id, told);
    this.onParts(part);
    return false;
  }

  // A clip within an answer changes more often than the answer: it has a part of its own.
  putInner(part) {
    const now = document.getElementById(part.id);
    const told = essence(part);
    if (!now || this.seen.get(part.id) === told) return false;
    if (isBusy(now)) return true;
    replace(now, part);
    this.seen.set(part.id, told);
    this.onParts(part);
    return false;
  }

  insert(part, fresh) {
    const before = nextTo(part, (id) => this.root.querySelector(`#${CSS.escape(id)}`));
    if (before) before.before(part);
    else placeOf(part, fresh, this.root).append(part);
  }
}

function partsOf(root) {
  return [...root.querySelectorAll("[data-live-part]")];
}

// What a part says, without what differs each time it is asked for, and without the parts within it.
function essence(part) {
  const copy = part.cloneNode(true);
  for (const inner of copy.querySelectorAll("[data-live-part]")) inner.replaceWith(inner.id);
  for (const field of copy.querySelectorAll("input[type=hidden]")) field.remove();
  return copy.innerHTML.replace(/\?[^"\s]*"/g, '"').replace(/(id|for|aria-describedby)="[^"]*"/g, "");
}

function isBusy(part) {
  if (part.contains(document.activeElement) && document.activeElement.matches("input, textarea, select")) return true;
  if ([...part.querySelectorAll("video")].some((video) => video.dataset.source)) return true;
  if (part.querySelector('[data-part="live"]:not([hidden]), [data-part="taken"]:not([hidden])')) return true;
  return [...part.querySelectorAll("textarea, input:not([type=hidden], [data-low-data])")].some(wasTypedIn);
}

function wasTypedIn(field) {
  return field.type === "checkbox" || field.type === "radio" ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
}

function replace(old, part) {
  const folds = [...part.querySelectorAll("details")];
  for (const [index, fold] of [...old.querySelectorAll("details")].entries()) {
    if (fold.open && folds[index]?.className === fold.className) folds[index].open = true;
  }
  const focused = old.contains(document.activeElement) ? nameOf(document.activeElement) : null;
  old.replaceWith(part);
  if (focused) [...part.querySelectorAll("a, button, summary")].find((one) => nameOf(one) === focused)?.focus();
}

// A button that is there again is told by what it is and says; who has keys goes on from it.
function nameOf(element) {
  return `${element.tagName} ${element.getAttribute("href") ?? element.value ?? ""} ${element.textContent}`;
}

function nextTo(part, find) {
  for (let next = part.nextElementSibling; next; next = next.nextElementSibling) {
    const here = next.id && find(next.id);
    if (here) return here;
  }
  return null;
}

function placeOf(part, fresh, root) {
  const holder = part.parentElement;
  return (holder.id && root.querySelector(`#${CSS.escape(holder.id)}`)) || root.querySelector(`.${holder.classList[0]}`) || root;
}
