import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'

/** A mail server that accepts everything, whatever it has announced, and keeps the commands byte by byte. */
export interface MailRelay {
  readonly port: number
  /** One character for each byte. */
  readonly commands: readonly string[]
  close(): void
}

export interface MailRelayOptions {
  /** What it announces in its answer to EHLO. */
  readonly extensions?: readonly string[]
  /** The command at which it hangs up. */
  readonly hangsUpAt?: string
}

export async function startMailRelay({
  extensions = [],
  hangsUpAt,
}: MailRelayOptions = {}): Promise<MailRelay> {
  const commands: string[] = []
  const greeting = ['relay.example', ...extensions]
    .map((line, at) => `250${at === extensions.length ? ' ' : '-'}${line}\r\n`)
    .join('')
  const answer = (socket: Socket, command: string) => {
    if (command === hangsUpAt) socket.destroy()
    else if (command.startsWith('EHLO')) socket.write(greeting)
    else socket.write(command === 'DATA' ? '354 go on\r\n' : '250 accepted\r\n')
  }
  const server = createServer((socket) => {
    let isText = false
    socket.setEncoding('latin1')
    socket.write('220 relay.example\r\n')
    createInterface(socket).on('line', (line) => {
      if (isText && line !== '.') return
      isText = line === 'DATA'
      commands.push(line)
      answer(socket, line)
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return { port: (server.address() as AddressInfo).port, commands, close: () => void server.close() }
}
