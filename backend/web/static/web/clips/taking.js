/** Which files are clips. The server looks at the bytes; here is said what can be known before they are sent. */

const CLIP = /^(video|audio)\//;
const CLIP_NAME = /\.(3g2|3gp|aac|avi|m4a|m4v|mka|mkv|mov|mp3|mp4|mpe?g|mts|oga|ogg|opus|wav|webm)$/i;

/** Return the `data-problem` of the sentence that says why `file` is no clip, or "". */
export function whyNoClip(file, maxBytes) {
  if (!file.size) return "empty";
  if (!(file.type ? CLIP.test(file.type) : CLIP_NAME.test(file.name))) return "no-clip"; // some phones tell no type
  return file.size > maxBytes ? "too-large" : "";
}
