import { closeSync, constants, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { LogOutput, toFile, toStream } from './log-output.ts'
import { createLogger } from './logging.ts'

/** A pipe whose reader reads when the test says so. */
class Pipe {
  destroyed = false
  writableLength = 0
  failure: Error | null = null
  readonly written: string[] = []
  listens = false

  on(event: string): this {
    this.listens ||= event === 'error'
    return this
  }

  write(text: string, done: (error?: Error | null) => void): boolean {
    this.written.push(text)
    this.writableLength += text.length
    done(this.failure)
    return true
  }
}

const outputTo = (pipe: Pipe) => new LogOutput(toStream(pipe as unknown as NodeJS.WriteStream))

describe('the log in a pipe', () => {
  it('keeps what its reader has not read, within a limit, and goes on when it reads', () => {
    const pipe = new Pipe()
    const output = outputTo(pipe)
    const recovered: number[] = []
    output.onRecovered = (lost) => recovered.push(lost)
    const line = `${'x'.repeat(9_999)}\n`
    for (let count = 0; count < 50; count++) output.write(line + line)
    expect(pipe.writableLength).toBeLessThan(300_000)
    const kept = pipe.written.length * 2
    expect(output.lost).toBe(100 - kept)
    expect(recovered).toEqual([])
    pipe.writableLength = 0
    output.write(line)
    expect(recovered).toEqual([100 - kept])
    output.write(line)
    expect(recovered).toHaveLength(1)
  })

  it('does not end the process when its reader is gone, and counts what is lost', () => {
    const pipe = new Pipe()
    const output = outputTo(pipe)
    expect(pipe.listens).toBe(true)
    pipe.failure = new Error('EPIPE')
    output.write('one\ntwo\n')
    pipe.destroyed = true
    output.write('three\n')
    expect(output.lost).toBe(3)
    expect(pipe.written).toEqual(['one\ntwo\n'])
  })
})

describe('the log in a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'proxima-log-'))
  const path = join(folder, 'log')
  afterEach(() => rmSync(path, { force: true }))

  it('is written at once, in order', () => {
    const fd = openSync(path, 'w')
    const output = new LogOutput(toFile(fd))
    output.write('one\ntwo\n')
    output.write('ſchön\n')
    closeSync(fd)
    expect(readFileSync(path, 'utf8')).toBe('one\ntwo\nſchön\n')
    expect(output.lost).toBe(0)
  })

  it('loses lines while it cannot be written, and says how many when it can', async () => {
    const fd = openSync('/dev/full', constants.O_WRONLY)
    let target = fd
    const output = new LogOutput((lines, lose) => toFile(target)(lines, lose))
    const logger = createLogger({ level: 'info', format: 'json' }, output)
    logger.info('lost')
    logger.info('lost too')
    await setImmediate()
    expect(output.lost).toBe(2)
    target = openSync(path, 'w')
    logger.info('written')
    await setImmediate()
    await setImmediate()
    closeSync(fd)
    closeSync(target)
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { msg: 'written' },
      { level: 'warn', lost: 2, msg: 'log lines were lost: the log could not be written' },
    ])
  })
})
