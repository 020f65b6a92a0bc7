import { open } from 'node:fs/promises'
import { env } from 'node:process'
import { text } from 'node:stream/consumers'
import { SMTPServer } from 'smtp-server'

/**
 * A mail server that keeps what it accepts: the id of each mail is on the disk before it is acknowledged. So it may be
 * killed at any time, and a mail that it has acknowledged is delivered.
 */
const kept = await open(env['BENCH_MAILS'] ?? '', 'a')

async function keep(mail: string): Promise<void> {
  const id = /^message-id: *(\S+)/im.exec(mail)?.[1]
  if (id === undefined) throw new Error('a mail has no id')
  await kept.appendFile(`${id}\n`)
  await kept.datasync()
}

const server = new SMTPServer({
  disabledCommands: ['AUTH', 'STARTTLS'],
  disableReverseLookup: true,
  logger: false,
  onData: (stream, _session, done) => {
    text(stream)
      .then(keep)
      .then(() => done(), done)
  },
})
// If a client hangs up in the middle, that is not a failure of the server.
server.on('error', () => undefined)
server.listen(Number(env['BENCH_PORT']), '127.0.0.1')
