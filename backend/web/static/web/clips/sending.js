/**
 * Sends one recording over tus 1.0.0, going on from wherever the server stands.
 *
 * Every refusal becomes one of three: wait (and go on later), begin again, or give up and say why; the table in
 * docs/uploading.md says which.
 */

import { FetchStack } from "./fetch-stack.js";

const UPLOADS = "/api/v1/uploads";
const PIECE_BYTES = 256 * 1024; // so often the server says how much it has

const BEGIN_AGAIN = new Set(["not_found", "upload_expired", "upload_corrupt"]);
const GIVE_UP = new Set([
  "upload_too_large", "upload_empty", "upload_type_refused", "thread_closed", "id_taken", "not_allowed",
  "invalid_input", "malformed_request", "upload_overrun", "upload_is_joined", "illegal_move",
]);

/** It could not be sent now. `kind`: "wait", "begin_again" or "give_up"; `said`: a sentence for the person, or "". */
export class NotSent extends Error {
  constructor(kind, { code = "", said = "" } = {}) {
    super(`${kind}: ${code || said}`);
    this.kind = kind;
    this.code = code;
    this.said = said;
  }
}

/**
 * Send the `recording` of `thing`; returns once the server has all of it. `tus`: the library; `headers`: of each request;
 * `onAddress(url)`, `onKept(bytes)`: where the upload lives, and how much of it the server has.
 */
export function send(thing, recording, { tus, headers, onAddress, onKept }) {
  return new Promise((resolve, reject) => {
    const upload = new tus.Upload(recording, {
      endpoint: UPLOADS,
      uploadUrl: thing.upload_url,
      httpStack: new FetchStack(headers),
      chunkSize: PIECE_BYTES,
      retryDelays: null, // whoever calls waits: for days, if need be
      storeFingerprintForResuming: false, // the address is kept with the recording
      metadata: { clip_id: thing.id, sha256: thing.sha256, filename: thing.name, filetype: thing.type },
      onUploadUrlAvailable: () => onAddress(upload.url),
      onAfterResponse: (_request, answer) => {
        const offset = Number.parseInt(answer.getHeader("Upload-Offset"), 10);
        if (offset >= 0) onKept(offset);
      },
      onSuccess: resolve,
      onError: (error) => reject(refusalOf(error)),
    });
    upload.start();
  });
}

function refusalOf(error) {
  const answer = error.originalResponse;
  if (!answer) return new NotSent("wait");
  const { code = "", detail = "" } = problemOf(answer.getBody());
  const kind = BEGIN_AGAIN.has(code) ? "begin_again" : GIVE_UP.has(code) ? "give_up" : "wait";
  return new NotSent(kind, { code, said: detail });
}

function problemOf(body) {
  try {
    return JSON.parse(body);
  } catch {
    return {};
  }
}
