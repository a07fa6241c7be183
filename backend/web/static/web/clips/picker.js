/**
 * Films, records or takes a file, and shows what was taken before it goes anywhere.
 *
 * The markup is templates/web/clips/_picker.html; all sentences stand there.
 */

import { bindLowData, isLowData } from "./low-data.js";
import { Recording, unableToRecord } from "./recording.js";

export class Picker {
  constructor(root) {
    this.root = root;
    this.taken = null; // {blob, name}
    this.recording = null;
    root.hidden = false;
    bindLowData(root);
    for (const button of root.querySelectorAll("[data-record]")) {
      button.hidden = Boolean(unableToRecord());
      button.addEventListener("click", () => this.record(button.dataset.record));
    }
    this.part("file").addEventListener("change", (event) => this.takeFile(event.target));
    this.part("stop").addEventListener("click", () => this.recording?.stop());
    this.part("again").addEventListener("click", () => this.forget());
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
      this.complain(error.name === "NotAllowedError" ? "denied" : "no-camera");
      return;
    }
    this.show("live");
    const preview = this.part("preview");
    preview.hidden = kind !== "video";
    preview.srcObject = this.recording.stream;
    this.recording.onSecond = (seconds) => {
      this.part("clock").textContent = asClock(seconds);
    };
    this.part("stop").focus();
    const blob = await this.recording.done;
    preview.srcObject = null;
    this.recording = null;
    if (blob.size) this.take(blob, `${kind}.${blob.type.includes("mp4") ? "mp4" : "webm"}`);
    else this.forget();
  }

  takeFile(input) {
    const [file] = input.files;
    input.value = ""; // so that the same file can be chosen again
    if (!file) return;
    if (!/^(video|audio)\//.test(file.type)) return this.complain("no-clip");
    if (file.size > Number(this.root.dataset.maxBytes)) return this.complain("too-large");
    this.take(file, file.name);
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
