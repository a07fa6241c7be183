// The peer: @tus/server on its file store. It verifies nothing by itself, so it hashes the finished file
// in its hook, as its user would have to.
//
//   node peer.mjs PORT DIRECTORY

import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'

import { FileStore } from '@tus/file-store'
import { Server } from '@tus/server'

const [port, directory] = process.argv.slice(2)

async function refuseAnotherFile(_request, upload) {
  const hash = createHash('sha256')
  await pipeline(createReadStream(upload.storage.path), hash)
  if (hash.digest('hex') !== upload.metadata.sha256) throw { status_code: 460, body: 'another file\n' }
  return {}
}

const server = new Server({
  path: '/uploads',
  datastore: new FileStore({ directory }),
  onUploadFinish: refuseAnotherFile,
})
server.listen({ host: '127.0.0.1', port: Number(port) })
