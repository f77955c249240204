import { connect } from 'node:net'

/** One request as its bytes go over the wire: nothing here mends what a client library would refuse to send. */
export type RawRequest = {
  method: string
  path: Buffer
  headers: readonly (readonly [string, Buffer])[]
  body: Buffer
  /** How many bytes of the body are sent before the connection is closed; all of them when it is undefined. */
  cutAfter?: number | undefined
}
/** `status` 0: the connection was closed without an answer. */
export type RawAnswer = { status: number; text: string }

const patienceMs = 30_000

/** Whether less is sent than was promised, or may be: the sender hangs up then, and needs no answer. */
export const isUnfinished = ({ headers, cutAfter }: RawRequest): boolean => cutAfter !== undefined || headers.some(([name]) => name === 'content-length' || name === 'transfer-encoding')

function bytesOf({ method, path, headers, body, cutAfter }: RawRequest, host: string): Buffer {
  const given = new Set(headers.map(([name]) => name.toLowerCase()))
  const framed = given.has('content-length') || given.has('transfer-encoding') || (body.length === 0 && method === 'GET')
  const parts = [Buffer.from(`${method} `), path, Buffer.from(` HTTP/1.1\r\n${given.has('host') ? '' : `Host: ${host}\r\n`}Connection: close\r\n`)]
  for (const [name, value] of headers) parts.push(Buffer.from(`${name}: `), value, Buffer.from('\r\n'))
  parts.push(Buffer.from(`${framed ? '' : `Content-Length: ${body.length}\r\n`}\r\n`), body.subarray(0, cutAfter ?? body.length))
  return Buffer.concat(parts)
}

/** The last answer: "100 Continue" may come before it. */
function answerOf(text: string): RawAnswer {
  const last = text.replace(/^(?:HTTP\/1\.1 1\d\d [^\r]*\r\n(?:[^\r]+\r\n)*\r\n)+/, '')
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(last)?.[1] ?? 0), text: last }
}

/**
 * Sends one request on a connection of its own and reads the answer to its end; of a stream of events only the
 * beginning. Rejects when nobody listens at `port`, or when no answer ends within half a minute.
 */
export function sendRaw(port: number, host: string, request: RawRequest): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect({ port, host: '127.0.0.1' })
    let connected = false
    const late = setTimeout(() => {
      socket.destroy()
      reject(new Error(`no answer within ${patienceMs / 1_000} s`))
    }, patienceMs)
    const finish = (): void => {
      clearTimeout(late)
      socket.destroy()
      resolve(answerOf(Buffer.concat(chunks).toString('utf8')))
    }
    socket.once('connect', () => {
      connected = true
      socket.write(bytesOf(request, host))
      if (isUnfinished(request)) socket.end()
    })
    socket.on('data', (chunk) => {
      chunks.push(chunk)
      if (chunks.length === 1 && /content-type: text\/event-stream/i.test(chunk.toString('latin1'))) finish()
    })
    // A body that is too long is answered and then cut off, which a sender may see as a broken connection.
    socket.once('error', (error) => {
      clearTimeout(late)
      if (connected) finish()
      else reject(error)
    })
    socket.once('close', finish)
  })
}
