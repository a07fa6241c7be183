/** Records from camera and microphone as the organisation's capture profile asks for. */

const KINDS = {
  video: ["video/mp4;codecs=avc1,mp4a.40.2", "video/webm;codecs=vp9,opus", "video/webm;codecs=vp8,opus", "video/webm"],
  voice: ["audio/mp4;codecs=mp4a.40.2", "audio/webm;codecs=opus", "audio/webm"],
};

/** Return why nothing can be recorded in this browser, or "". */
export function unableToRecord() {
  if (!navigator.mediaDevices?.getUserMedia) return "no-camera"; // also where the address is not https
  return "MediaRecorder" in globalThis ? "" : "no-recorder";
}

export class Recording {
  /** Begin; rejects when the person says no, or there is no camera. */
  static async begin(kind, { profile, longestS }) {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: kind === "video" && picture(profile) });
    return new Recording(stream, kind, { profile, longestS });
  }

  constructor(stream, kind, { profile, longestS }) {
    this.stream = stream;
    this.onSecond = () => {};
    const mimeType = KINDS[kind].find((type) => MediaRecorder.isTypeSupported(type));
    this.recorder = new MediaRecorder(stream, {
      mimeType,
      videoBitsPerSecond: profile.video_bits_per_second,
      audioBitsPerSecond: profile.audio_bits_per_second,
    });
    this.done = this.collect(mimeType);
    const began = performance.now();
    this.recorder.start(1000); // a second at a time: what was recorded is not held twice
    this.clock = setInterval(() => {
      const seconds = (performance.now() - began) / 1000;
      this.onSecond(seconds);
      if (seconds >= longestS) this.stop();
    }, 500);
  }

  async collect(mimeType) {
    const pieces = [];
    await new Promise((resolve) => {
      this.recorder.addEventListener("dataavailable", ({ data }) => data.size && pieces.push(data));
      this.recorder.addEventListener("stop", resolve);
      // A call or a lock screen may take the camera away: what was filmed until then stays.
      for (const track of this.stream.getTracks()) track.addEventListener("ended", () => this.stop());
    });
    clearInterval(this.clock);
    for (const track of this.stream.getTracks()) track.stop();
    return new Blob(pieces, { type: (mimeType || this.recorder.mimeType).split(";")[0] });
  }

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
