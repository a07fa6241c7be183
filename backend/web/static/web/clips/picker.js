/**
 * Films, records or takes a file, and shows what was taken before it goes anywhere.
 *
 * The markup is templates/web/clips/_picker.html; all sentences stand there.
 */

import { bindLowData, isLowData } from "./low-data.js";
import { Recording, UnableToRecord, canRecord } from "./recording.js";
import { whyNoClip } from "./taking.js";

export class Picker {
  constructor(root) {
    this.root = root;
    this.taken = null; // {blob, name}
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
    const blob = await recording.done;
    preview.srcObject = null;
    this.recording = null;
    if (blob.size) this.take(blob, `${kind}.${blob.type.includes("mp4") ? "mp4" : "webm"}`);
    else this.forget();
    if (recording.wasInterrupted) this.complain(blob.size ? "interrupted" : "nothing-recorded");
  }

  takeFile(input) {
    const [file] = input.files;
    input.value = ""; // so that the same file can be chosen again
    if (!file) return;
    const why = whyNoClip(file, Number(this.root.dataset.maxBytes));
    if (why) this.complain(why);
    else this.take(file, file.name);
  }

  take(blob, name) {
    this.complain("");
    this.taken = { blob, name };
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

export function asSize(bytes) {
  const [amount, unit] = bytes < 1e6 ? [bytes / 1e3, "kilobyte"] : [bytes / 1e6, "megabyte"];
  const digits = { maximumFractionDigits: amount < 10 ? 1 : 0 };
  return new Intl.NumberFormat(document.documentElement.lang || "en", { style: "unit", unit, ...digits }).format(amount);
}
