// Upload one file with tus-js-client as its users do, and print what happened as one line of JSON.
// stdin: {"file": path, "live": false, "abort_after_bytes": null, "options": tus-js-client's own}

import { createReadStream } from 'node:fs'
import { text } from 'node:stream/consumers'
import { PassThrough } from 'node:stream'
import { Upload } from 'tus-js-client'

const wanted = JSON.parse(await text(process.stdin))
const told = { url: null, requests: [], error: null, aborted: false }

function tell() {
  console.log(JSON.stringify(told))
  process.exit(0)
}

const file = createReadStream(wanted.file)
// A recording that still runs: nobody knows yet how long it will be.
const source = wanted.live ? file.pipe(new PassThrough()) : file

const upload = new Upload(source, {
  ...wanted.options,
  onAfterResponse: (request, response) => {
    told.requests.push([request.getMethod(), response.getStatus()])
  },
  onChunkComplete: async (_size, accepted) => {
    if (wanted.abort_after_bytes === null || accepted < wanted.abort_after_bytes) return
    await upload.abort(wanted.terminate)
    Object.assign(told, { url: upload.url, aborted: true })
    tell()
  },
  onSuccess: () => {
    told.url = upload.url
    tell()
  },
  onError: (error) => {
    Object.assign(told, { url: upload.url, error: error.originalResponse?.getStatus() ?? 0 })
    tell()
  },
})
upload.start()
