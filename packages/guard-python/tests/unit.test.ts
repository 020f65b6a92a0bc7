/** @module-tag long */

import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const python = '/usr/bin/python3'
const folder = fileURLToPath(new URL('./', import.meta.url))
const environment = {
  PYTHONPATH: fileURLToPath(new URL('../', import.meta.url)),
  PYTHONDONTWRITEBYTECODE: '1',
}
const run = (...args: string[]) =>
  spawnSync(python, args, { cwd: folder, env: environment, encoding: 'utf8' })

describe.skipIf(run('-c', 'import jwt, cryptography').status !== 0)(
  'the guard in Python (needs python3-jwt and python3-cryptography of Debian)',
  () => {
    it('passes its own tests', () => {
      const { status, stderr } = run('-m', 'unittest', 'test_guard')
      expect(status, stderr).toBe(0)
      expect(stderr).toMatch(/^Ran [1-9]\d+ tests/m)
    })

    it('needs no framework', () => {
      const modules =
        'import sys, proxima_guard; print([m for m in ("fastapi", "flask") if m in sys.modules])'
      expect(run('-c', modules).stdout.trim()).toBe('[]')
    })
  },
)
