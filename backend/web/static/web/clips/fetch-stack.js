/** How tus-js-client sends its requests here: by fetch, which a service worker has, too. */

const SILENT_AFTER_MS = 120_000; // a piece of 256 kB at 17 kbit/s; what came of it is kept by the server

export class FetchStack {
  constructor(headers) {
    this.headers = headers;
  }

  createRequest(method, url) {
    return new FetchRequest(method, url, this.headers);
  }

  getName() {
    return "FetchStack";
  }
}

class FetchRequest {
  constructor(method, url, headers) {
    this.method = method;
    this.url = url;
    this.headers = { ...headers };
    this.aborting = new AbortController();
  }

  getMethod() {
    return this.method;
  }

  getURL() {
    return this.url;
  }

  setHeader(name, value) {
    this.headers[name] = value;
  }

  getHeader(name) {
    return this.headers[name];
  }

  setProgressHandler() {} // progress is what the server says that it has, not what was handed to the system

  async send(body = null) {
    const silence = setTimeout(() => this.aborting.abort(), SILENT_AFTER_MS);
    try {
      const { method, headers, url } = this;
      const answer = await fetch(url, { method, headers, body, signal: this.aborting.signal, credentials: "same-origin" });
      return new FetchResponse(answer, await answer.text());
    } finally {
      clearTimeout(silence);
    }
  }

  async abort() {
    this.aborting.abort();
  }

  getUnderlyingObject() {
    return null;
  }
}

class FetchResponse {
  constructor(answer, body) {
    this.answer = answer;
    this.body = body;
  }

  getStatus() {
    return this.answer.status;
  }

  getHeader(name) {
    return this.answer.headers.get(name) ?? undefined;
  }

  getBody() {
    return this.body;
  }

  getUnderlyingObject() {
    return this.answer;
  }
}
