import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { endLeftovers, freshFolder, hasCurl, startProxima } from '../support/process.ts'

const readme = readFileSync(new URL('../../../../README.md', import.meta.url), 'utf8')
const tour = [...readme.matchAll(/^<!-- runnable -->\n+```sh\n([\s\S]*?)^```$/gm)].map(
  ([, block = '']) => block,
)

let folder: Awaited<ReturnType<typeof freshFolder>>
beforeAll(async () => {
  folder = await freshFolder()
})
afterEach(endLeftovers)
afterAll(async () => await folder.remove())

describe.skipIf(!hasCurl)(
  'the tour of the README, and the command that the server prints (need curl)',
  () => {
    it('work one after the other, in any order, and again', { tags: 'long' }, async () => {
      const { process, url } = await startProxima({ PROXIMA_DATA_DIR: join(folder.path, 'tour') })
      const [, command = ''] = await process.printed(/^ +(curl .*)\n/m)
      const script = tour.join('\n').replaceAll('http://127.0.0.1:4000', url)
      const run = (text: string) => {
        const { status, stdout } = spawnSync('sh', ['-eu', '-c', text], { encoding: 'utf8' })
        expect(status, text).toBe(0)
        return stdout
      }
      expect(tour.length).toBeGreaterThan(2)
      expect(run(command)).toContain('"username":"zawadi"')
      for (const time of ['first', 'second']) {
        const answers = run(script)
        // Nothing was read from an answer that did not have it, and only the guess at the end is refused.
        expect(answers, time).not.toContain('undefined')
        expect(answers, time).not.toContain('invalid_token')
        expect(answers.match(/"username":"amina"/g)?.length, time).toBe(time === 'first' ? 2 : 1)
        expect(answers.match(/"access_token":"/g)?.length, time).toBe(2)
        expect(answers.match(/"code":"invalid_credentials"/g)?.length, time).toBe(1)
      }
      expect(run(command)).toContain('"code":"username_taken"')
    })
  },
)
