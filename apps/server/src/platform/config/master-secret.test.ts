import { execFile } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ConfigError } from './config-error.ts'
import { readMasterSecret } from './master-secret.ts'

const goodSecret = 'q7Zt0vJm2xLr9Kc4Wn8Bs6Yd1Hf3Pg5T'
let folder: string
let dataDir: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'proxima-secret-'))
  dataDir = join(folder, 'deep', 'data')
  path = join(dataDir, 'secret')
})
afterEach(() => rmSync(folder, { recursive: true }))

function development() {
  return { env: 'development', secret: null, dataDir } as const
}

function writeSecret(content: string, mode = 0o600): void {
  mkdirSync(dataDir, { recursive: true })
  writeFileSync(path, content)
  chmodSync(path, mode)
}

function modeOf(target: string): string {
  return (statSync(target).mode & 0o777).toString(8)
}

describe('a configured secret', () => {
  it('is used, and no file is created', () => {
    expect(readMasterSecret({ ...development(), secret: goodSecret })).toEqual({
      value: goodSecret,
      source: 'environment',
      path: null,
    })
    expect(existsSync(dataDir)).toBe(false)
  })

  it('is needed in production, which creates none', () => {
    expect(() => readMasterSecret({ ...development(), env: 'production' })).toThrow(
      'must be set in production',
    )
    expect(existsSync(dataDir)).toBe(false)
  })
})

describe('the secret of development', () => {
  it('is created once, readable only by its owner', () => {
    const made = readMasterSecret(development())
    expect(made).toMatchObject({ source: 'file', path })
    expect(made.value).toMatch(/^[\w-]{64}$/)
    expect(readMasterSecret(development())).toEqual(made)
    expect([modeOf(path), modeOf(dataDir)]).toEqual(['600', '700'])
    expect(readdirSync(dataDir)).toEqual(['secret'])
  })

  it('is read unchanged, without the line end', () => {
    writeSecret(`${goodSecret}\n`)
    expect(readMasterSecret(development()).value).toBe(goodSecret)
  })

  it.each([
    ['empty', '', 'must be 32 bytes or more; it is 0.'],
    ['too short', 'short\n', 'must be 32 bytes or more; it is 5.'],
  ])('that is %s is refused and left as it is', (_, content, reason) => {
    writeSecret(content)
    expect(() => readMasterSecret(development())).toThrow(ConfigError)
    expect(() => readMasterSecret(development())).toThrow(reason)
    expect(() => readMasterSecret(development())).toThrow('The file is unchanged')
    expect(readFileSync(path, 'utf8')).toBe(content)
  })

  it.each([0o644, 0o640, 0o660, 0o604, 0o620])(
    'that others can reach (mode %o) is refused, not repaired',
    (mode) => {
      writeSecret(`${goodSecret}\n`, mode)
      expect(() => readMasterSecret(development())).toThrow(
        `(mode ${mode.toString(8)}). If no one has done so, run: chmod 600`,
      )
      expect(modeOf(path)).toBe(mode.toString(8))
    },
  )

  it('that cannot be created is refused with a hint', () => {
    writeFileSync(join(folder, 'deep'), 'a file where the folder should be')
    expect(() => readMasterSecret(development())).toThrow(
      /cannot be read or created \(ENOTDIR\).*PROXIMA_DATA_DIR/,
    )
  })

  it('is the same for all processes that start at once', async () => {
    const module = new URL('./master-secret.ts', import.meta.url).href
    const config = JSON.stringify(development())
    // All wait for one moment, so that their starts fall together.
    const script = `
      import { readMasterSecret } from ${JSON.stringify(module)}
      while (Date.now() < Number(process.argv[1]));
      process.stdout.write(readMasterSecret(${config}).value)`
    const moment = String(Date.now() + 1_500)
    const starts = Array.from({ length: 6 }, () => {
      return promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script, moment])
    })
    const values = (await Promise.all(starts)).map((result) => result.stdout)
    expect(new Set(values).size).toBe(1)
    expect(values[0]).toMatch(/^[\w-]{64}$/)
    expect(readdirSync(dataDir)).toEqual(['secret'])
  })
})
