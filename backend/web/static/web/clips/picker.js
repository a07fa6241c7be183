/**
 * Films, records or takes a file, and shows what was taken before it goes anywhere.
 *
 * The markup is templates/web/clips/_picker.html; all sentences stand there.
 */

import { beginDraft, draftLeft } from "./drafts.js";
import { bindLowData, isLowData } from "./low-data.js";
import { person } from "./page-session.js";
import { Recording, UnableToRecord, canRecord } from "./recording.js";
import { whyNoClip } from "./taking.js";

export class Picker {
  constructor(root) {
    this.root = root;
    this.place = new URL(root.closest("form").action).pathname;
    this.taken = null; // {id, blob, name, draft}; what is no draft has no id yet
    this.recording = null;
    root.hidden = false;
    bindLowData(root);
    for (const button of root.querySelectorAll("[data-record]")) {
      button.hidden = !canRecord();
      button.addEventListener("click", () => this.record(button.dataset.record));
    }
    this.part("file").addEventListener("change", (event) => this.takeFile(event.target));
    this.part("stop").addEventListener("click", () => this.recording?.stop());
    this.part("again").addEventListener("click", () => {
      this.complain("");
      this.forget();
    });
    this.takeWhatWasLeft();
  }

  part(name) {
    return this.root.querySelector(`[data-part="${name}"]`);
  }

  async record(kind) {
    this.complain("");
    const profile = JSON.parse(isLowData() ? this.root.dataset.lowData : this.root.dataset.normal);
    try {
      this.recording = await Recording.begin(kind, { profile, longestS: Number(this.root.dataset.longestS) });
    } catch (error) {
      if (!(error instanceof UnableToRecord)) throw error;
      return this.complain(error.why);
    }
    this.show("live");
    const preview = this.part("preview");
    preview.hidden = kind === "voice";
    preview.srcObject = this.recording.stream;
    this.recording.onSecond = (seconds) => {
      this.part("clock").textContent = asClock(seconds);
    };
    this.part("stop").focus();
    const { recording } = this;
    const name = `${kind}.${recording.type.includes("mp4") ? "mp4" : "webm"}`;
    const draft = beginDraft(person(), { place: this.place, name, type: recording.type });
    recording.onPiece = (piece) => draft.add(piece);
    const blob = await recording.done;
    preview.srcObject = null;
    this.recording = null;
    if (blob.size) this.take(blob, name, draft);
    else this.forget();
    if (recording.wasInterrupted) this.complain(blob.size ? "interrupted" : "nothing-recorded");
    else if (!draft.isWhole) this.complain("no-draft");
  }

  /** A system may end a page in the middle of a recording, or before it was sent. */
  async takeWhatWasLeft() {
    const left = await draftLeft(person(), this.place);
    if (!left || this.recording || this.taken) return;
    this.take(left.blob, left.draft.row.name, left.draft);
    this.part("began").textContent = asTime(left.draft.row.began_at);
    this.complain("left");
    this.root.closest("details")?.setAttribute("open", "");
  }

  takeFile(input) {
    const [file] = input.files;
    input.value = ""; // so that the same file can be chosen again
    if (!file) return;
    const why = whyNoClip(file, Number(this.root.dataset.maxBytes));
    if (why) this.complain(why);
    else this.take(file, file.name);
  }

  take(blob, name, draft = null) {
    this.complain("");
    this.taken = { id: draft?.id, blob, name, draft };
    const isVideo = blob.type.startsWith("video/");
    const [seen, heard] = [this.part("seen"), this.part("heard")];
    seen.hidden = !isVideo;
    heard.hidden = isVideo;
    (isVideo ? seen : heard).src = URL.createObjectURL(blob);
    this.part("size").textContent = asSize(blob.size);
    this.show("taken");
    this.part("again").focus();
  }

  forget() {
    for (const player of [this.part("seen"), this.part("heard")]) {
      URL.revokeObjectURL(player.src);
      player.removeAttribute("src");
    }
    this.taken?.draft?.drop();
    this.taken = null;
    this.show("ways");
  }

  show(name) {
    for (const one of ["ways", "live", "taken"]) this.part(one).hidden = one !== name;
  }

  complain(about) {
    for (const sentence of this.root.querySelectorAll("[data-problem]")) {
      sentence.hidden = sentence.dataset.problem !== about;
    }
  }
}

export function asClock(seconds) {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
}

function asTime(ms) {
  const how = { weekday: "long", hour: "2-digit", minute: "2-digit" };
  return new Intl.DateTimeFormat(document.documentElement.lang || "en", how).format(ms);
}

export function asSize(bytes) {
  const [amount, unit] = bytes < 1e6 ? [bytes / 1e3, "kilobyte"] : [bytes / 1e6, "megabyte"];
  const digits = { maximumFractionDigits: amount < 10 ? 1 : 0 };
  return new Intl.NumberFormat(document.documentElement.lang || "en", { style: "unit", unit, ...digits }).format(amount);
}
