import type { AddressInfo, Socket } from 'node:net'
import { SMTPServer } from 'smtp-server'
import type { MailSettings } from '#lib/config/mail-settings.ts'

/** What the server does with the next mail instead of taking it. `drop-after`: it takes it, and the connection breaks before it says so. */
export type MailFault = 'refuse-recipient' | 'try-later' | 'drop' | 'drop-after'
export type LocalMail = {
  settings: MailSettings
  /** Mails as they came over the wire, in their order. */
  received: { to: string[]; raw: string }[]
  /** One for each of the next mails. */
  faults: MailFault[]
  close(): Promise<void>
}

const answers = { 'refuse-recipient': [550, 'No such mailbox here'], 'try-later': [451, 'Try again later'] } as const

/** A mail server on 127.0.0.1 that keeps what it is given, and fails when it is told to. Connections are not encrypted. */
export async function startMailServer(): Promise<LocalMail> {
  const received: LocalMail['received'] = []
  const faults: MailFault[] = []
  const sockets = new Set<Socket>()
  const breakAll = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  const refusal = (code: number, text: string): Error => Object.assign(new Error(text), { responseCode: code })
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    hideENHANCEDSTATUSCODES: true,
    disableReverseLookup: true,
    onRcptTo: (_address, _session, done) => {
      const [fault] = faults
      if (fault === 'drop') {
        faults.shift()
        breakAll()
        return
      }
      if (fault === 'refuse-recipient' || fault === 'try-later') {
        faults.shift()
        const [code, text] = answers[fault]
        done(refusal(code, text))
      } else done()
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        received.push({ to: session.envelope.rcptTo.map(({ address }) => address), raw: Buffer.concat(chunks).toString() })
        if (faults[0] === 'drop-after') {
          faults.shift()
          breakAll()
        } else done()
      })
    },
  })
  server.on('error', () => undefined)
  server.server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.server.address() as AddressInfo
  return {
    settings: { host: '127.0.0.1', port, user: undefined, password: undefined, secure: false, requireTls: false, from: 'latchkey@northwind.example' },
    received,
    faults,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
      }),
  }
}
