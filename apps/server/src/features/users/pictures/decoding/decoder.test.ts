import { readFileSync } from 'node:fs'
import sharp from 'sharp'
import { afterEach, describe, expect, it } from 'vitest'
import { sqlite } from '../../../../../tests/support/engines.ts'
import { plainPng } from '../../../../../tests/support/images.ts'
import { newPerson } from '../../../../../tests/support/people.ts'
import { putImage } from '../../../../../tests/support/pictures.ts'
import { waitFor } from '../../../../../tests/support/process.ts'
import { startTestServer } from '../../../../../tests/support/test-server.ts'
import { Decoder, type DecoderOptions } from './decoder.ts'
import { DecoderEnded } from './decoder-process.ts'

const small = plainPng(8, 8)
/** Takes a good part of a second. */
const large = await sharp({ create: { width: 7_000, height: 7_000, channels: 3, background: '#808080' } })
  .webp({ effort: 0 })
  .toBuffer()

const ownerOf = (account: string) => ({ client: account, account })

describe('the decoder', () => {
  const started: Decoder[] = []
  afterEach(() => {
    for (const each of started.splice(0)) each.close()
  })

  function start(options: Partial<DecoderOptions> = {}): Decoder {
    const usual = { concurrency: 1, depth: 4, bytesMax: 10_000_000, pixelsMax: 50_000_000 }
    const decoder = new Decoder({ ...usual, ...options })
    started.push(decoder)
    return decoder
  }

  const files = { kind: 'files' }

  it('runs as a process that knows nothing of the server, and only from the first image on', async () => {
    const decoder = start()
    expect(decoder.pids).toEqual([])
    expect(await decoder.decode(small, ownerOf('amina'))).toMatchObject(files)
    const [pid] = decoder.pids
    expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).toBe('')
    expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).not.toMatch(/secret|sqlite/i)
    expect(await decoder.decode(small, ownerOf('amina'))).toMatchObject(files)
    expect(decoder.pids).toEqual([pid])
  })

  it('A120: is killed if an image takes too long, and a new process decodes the next one', async () => {
    const decoder = start({ deadlineMs: 60 })
    const late = await decoder.decode(large, ownerOf('amina'))
    expect(late).toEqual({ kind: 'rejected', reason: 'too_costly' })
    expect(decoder.pids).toEqual([])
    const patient = start()
    expect(await patient.decode(large, ownerOf('amina'))).toMatchObject(files)
  })

  it('A120: survives the kill of its process: the waiting caller gets an error, and the next image is decoded', async () => {
    const decoder = start()
    await decoder.decode(small, ownerOf('amina'))
    const [pid = 0] = decoder.pids
    const waiting = expect(decoder.decode(large, ownerOf('amina'))).rejects.toBeInstanceOf(DecoderEnded)
    process.kill(pid, 'SIGKILL')
    await waiting
    expect(await decoder.decode(small, ownerOf('baraka'))).toMatchObject(files)
    expect(decoder.pids).not.toContain(pid)
    const [idle = 0] = decoder.pids
    process.kill(idle, 'SIGKILL')
    await waitFor('the process to be gone', async () => (decoder.pids.length === 0 ? true : null))
    expect(await decoder.decode(small, ownerOf('baraka'))).toMatchObject(files)
  })

  it('A120: refuses callers that it could not serve in time', async () => {
    const decoder = start({ depth: 1 })
    const crowd = await Promise.allSettled(
      Array.from({ length: 8 }, (_, index) => decoder.decode(small, ownerOf(`caller ${index}`))),
    )
    const refused = crowd.filter(({ status }) => status === 'rejected')
    expect(refused).toHaveLength(6)
    for (const each of refused) expect(each).toMatchObject({ reason: { problem: { code: 'overloaded' } } })
    expect(await decoder.decode(small, ownerOf('amina'))).toMatchObject(files)
  })

  it('I13: refuses one network beyond half of the places, whatever accounts it has, and still serves others', async () => {
    const decoder = start({ depth: 7 })
    const crowd = Array.from({ length: 8 }, (_, index) =>
      decoder.decode(small, { client: `192.0.2.${index}`, account: `account ${index}` }),
    )
    const other = decoder.decode(small, { client: '198.51.100.1', account: 'other' })
    const refused = (await Promise.allSettled(crowd)).filter(({ status }) => status === 'rejected')
    expect(refused).toHaveLength(4)
    expect(await other).toMatchObject(files)
  })

  it('leaves no process behind when it is closed', async () => {
    const decoder = start()
    await decoder.decode(small, ownerOf('amina'))
    const [pid] = decoder.pids
    decoder.close()
    await waitFor('the process to be gone', async () => (isAlive(pid ?? 0) ? null : true))
    await expect(decoder.decode(small, ownerOf('amina'))).rejects.toBeInstanceOf(DecoderEnded)
  })

  it('A120: answers 503 if its process dies, and answers the next request as usual', async () => {
    const server = await startTestServer(sqlite)
    const person = await newPerson(server.client)
    await putImage(server.client, person, small)
    const before = childrenOf(process.pid)
    const uploading = putImage(server.client, person, large)
    await new Promise((resolve) => setTimeout(resolve, 60))
    for (const pid of before) process.kill(pid, 'SIGKILL')
    const answer = await uploading
    expect([answer.status, answer.body.code]).toEqual([503, 'unavailable'])
    expect((await putImage(server.client, person, small)).status).toBe(200)
    await server.close()
  })
})

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

/** Those that decode. */
function childrenOf(pid: number): number[] {
  const all = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
  return all.filter((child) => readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('decoding/program.ts'))
}
