/** Records from camera and microphone as the organisation's capture profile asks for. */

const KINDS = {
  video: ["video/mp4;codecs=avc1,mp4a.40.2", "video/webm;codecs=vp9,opus", "video/webm;codecs=vp8,opus", "video/webm"],
  voice: ["audio/mp4;codecs=mp4a.40.2", "audio/webm;codecs=opus", "audio/webm"],
};

/** Whether this browser records. Where the address is not https, none does. */
export const canRecord = () => Boolean(navigator.mediaDevices?.getUserMedia) && "MediaRecorder" in globalThis;

/** It could not begin. `why`: the `data-problem` of the sentence that says so. */
export class UnableToRecord extends Error {
  constructor(why) {
    super(why);
    this.why = why;
  }
}

export class Recording {
  /** Begin: "video", "silent" (video without sound) or "voice". Rejects with UnableToRecord. */
  static async begin(kind, { profile, longestS }) {
    const wanted = { audio: kind !== "silent", video: kind !== "voice" && picture(profile) };
    try {
      const stream = await navigator.mediaDevices.getUserMedia(wanted);
      return new Recording(stream, kind === "silent" ? "video" : kind, { profile, longestS });
    } catch (error) {
      throw new UnableToRecord(await reasonOf(error, kind));
    }
  }

  constructor(stream, kind, { profile, longestS }) {
    this.stream = stream;
    this.onSecond = () => {};
    this.onPiece = () => {};
    this.wasInterrupted = false;
    const mimeType = KINDS[kind].find((type) => MediaRecorder.isTypeSupported(type));
    this.recorder = new MediaRecorder(stream, {
      mimeType,
      videoBitsPerSecond: profile.video_bits_per_second,
      audioBitsPerSecond: profile.audio_bits_per_second,
    });
    this.type = (mimeType || this.recorder.mimeType).split(";")[0];
    this.done = this.collect();
    const began = performance.now();
    this.recorder.start(1000); // a second at a time: what was recorded is not held twice
    this.clock = setInterval(() => {
      const seconds = (performance.now() - began) / 1000;
      this.onSecond(seconds);
      if (seconds >= longestS) this.stop();
    }, 500);
  }

  async collect() {
    const pieces = [];
    await new Promise((resolve) => {
      this.recorder.addEventListener("dataavailable", ({ data }) => {
        if (!data.size) return;
        pieces.push(data);
        this.onPiece(data);
      });
      this.recorder.addEventListener("stop", resolve);
      this.recorder.addEventListener("error", this.interrupt);
      // A call may take the camera away, and behind a lock screen it films black: what was filmed until then stays.
      for (const track of this.stream.getTracks()) track.addEventListener("ended", this.interrupt);
      document.addEventListener("visibilitychange", this.interrupt);
    });
    document.removeEventListener("visibilitychange", this.interrupt);
    clearInterval(this.clock);
    for (const track of this.stream.getTracks()) track.stop();
    return new Blob(pieces, { type: this.type });
  }

  interrupt = () => {
    if (this.recorder.state === "inactive") return;
    this.wasInterrupted = true;
    this.stop();
  };

  stop() {
    if (this.recorder.state !== "inactive") this.recorder.stop();
  }
}

function picture(profile) {
  return {
    facingMode: "environment",
    height: { ideal: profile.short_side_px },
    width: { ideal: Math.round((profile.short_side_px * 16) / 9) },
    frameRate: { ideal: profile.frames_per_second },
  };
}

/** Return which sentence says why: browsers say no more than that something was not allowed. */
async function reasonOf(error, kind) {
  if (error.name === "NotReadableError" || error.name === "AbortError") return "in-use";
  if (error.name !== "NotAllowedError") return "no-camera";
  if (kind === "voice") return "no-microphone";
  const [camera, microphone] = await Promise.all([stateOf("camera"), stateOf("microphone")]);
  if (microphone === "denied" && camera !== "denied") return "no-sound";
  return camera === "denied" && microphone === "granted" ? "no-picture" : "denied";
}

async function stateOf(name) {
  return navigator.permissions?.query({ name }).then(({ state }) => state, () => "") ?? "";
}
