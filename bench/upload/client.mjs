// The phone of the benchmark: tus-js-client sends files at once and prints how long all of them took, in seconds.
// It ends in error when an upload does; a link that drops, it takes up again as its defaults say.
//
//   node client.mjs '{"url": …, "headers": {…}, "path": …, "metadata": [{…}, …]}'      one upload for each metadata

import { createReadStream } from 'node:fs'

import { Upload } from 'tus-js-client'

const told = JSON.parse(process.argv[2])

function send(metadata) {
  return new Promise((resolve, reject) => {
    const upload = new Upload(createReadStream(told.path), {
      endpoint: told.url,
      headers: told.headers,
      metadata,
      ...told.options,
      onSuccess: resolve,
      onError: reject,
    })
    upload.start()
  })
}

const beganAt = performance.now()
await Promise.all(told.metadata.map(send))
console.log((performance.now() - beganAt) / 1000)
