/** @module-tag long */

import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { readCases } from '../../guard/conformance/case.ts'
import { ConformanceSuite } from '../../guard/conformance/suite.ts'

/** That of Debian, whose packages CI installs. */
const python = '/usr/bin/python3'
const has = (modules: string) => spawnSync(python, ['-c', `import jwt, ${modules}`]).status === 0

const subjects = [
  { name: 'FastAPI', script: 'fastapi_subject.py', isInstalled: has('fastapi, uvicorn') },
  { name: 'Flask', script: 'flask_subject.py', isInstalled: has('flask') },
  { name: 'no framework', script: 'http_subject.py', isInstalled: has('cryptography') },
]

const files = readCases()
const packages = fileURLToPath(new URL('../', import.meta.url))
const environment = ['env', `PYTHONPATH=${packages}`, 'PYTHONDONTWRITEBYTECODE=1']
const pathOf = (script: string) => fileURLToPath(new URL(`./subjects/${script}`, import.meta.url))
const running = subjects.map((subject) => {
  const suite = new ConformanceSuite([...environment, python, pathOf(subject.script)])
  return { ...subject, suite, runs: null as ReturnType<ConformanceSuite['runAll']> | null }
})
// All at once, because most of the time they wait.
beforeAll(() => {
  for (const each of running)
    if (each.isInstalled) each.runs = each.suite.runAll(files.flatMap(({ cases }) => cases))
})
afterAll(async () => void (await Promise.all(running.map(({ suite }) => suite.stop()))))

describe.each(running)('the guard in Python with $name', (subject) => {
  describe.skipIf(!subject.isInstalled).each(files)('conforms: $name', ({ cases }) => {
    const titled = cases.map((tested) => [tested.name, tested] as const)
    it.each(titled)('%s', async (_name, tested) => await subject.runs?.get(tested))
  })
})
