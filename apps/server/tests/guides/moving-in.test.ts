/** @module-tag long */

import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { engines, sqlite, type TestEngine } from '../support/engines.ts'
import { guideBlock } from '../support/guide-blocks.ts'
import { type BlockRun, GuideSandbox } from '../support/guide-sandbox.ts'
import { oauthBearerGenerations } from '../support/old-backends/oauth-bearer.ts'
import { createOldDatabase, type OldTable } from '../support/old-backends/old-database.ts'
import { phonePasswordGenerations } from '../support/old-backends/phone-password.ts'
import { sessionCodeGenerations } from '../support/old-backends/session-code.ts'
import { userSecretGenerations } from '../support/old-backends/user-secret.ts'
import { endLeftovers, hasCurl, proxima, startProxima } from '../support/process.ts'

/** The blocks of a page, in the order in which a reader uses them. */
interface Page {
  readonly contract: string
  readonly engine: TestEngine['name']
  readonly tables: readonly OldTable[]
  readonly settings: string
  readonly dryRun: string
  readonly report: string
  /** An answer that the page gives as an example. */
  readonly answer: string
  readonly import: string
  /** The requests of the old front end, and the answers to them. */
  readonly requests: string
  readonly answers: string
}

const pages: readonly Page[] = [
  {
    contract: 'phone-password',
    engine: 'SQLite',
    tables: phonePasswordGenerations['migrated'] ?? [],
    settings: 'moving-in/phone-password.md#set-up-the-server sh',
    dryRun: 'moving-in/phone-password.md#try-the-import sh',
    report: 'moving-in/phone-password.md#try-the-import text',
    answer: 'moving-in/phone-password.md#answer-the-questions json',
    import: 'moving-in/phone-password.md#import-the-users sh',
    requests: 'moving-in/phone-password.md#start-and-sign-in sh',
    answers: 'moving-in/phone-password.md#start-and-sign-in json',
  },
  {
    contract: 'user-secret',
    engine: 'MariaDB',
    tables: userSecretGenerations.bcrypt.tables,
    settings: 'moving-in/user-secret.md#set-up-the-server sh',
    dryRun: 'moving-in/user-secret.md#try-the-import sh',
    report: 'moving-in/user-secret.md#try-the-import text',
    answer: 'moving-in/user-secret.md#answer-the-questions json',
    import: 'moving-in/user-secret.md#import-the-users sh',
    requests: 'moving-in/user-secret.md#start-and-sign-in sh',
    answers: 'moving-in/user-secret.md#start-and-sign-in json',
  },
  {
    contract: 'session-code',
    engine: 'MariaDB',
    tables: sessionCodeGenerations(new Date()).latest,
    settings: 'moving-in/session-code.md#set-up-the-server sh',
    dryRun: 'moving-in/session-code.md#try-the-import sh',
    report: 'moving-in/session-code.md#try-the-import text',
    answer: 'moving-in/session-code.md#answer-the-questions json',
    import: 'moving-in/session-code.md#import-the-users sh',
    requests: 'moving-in/session-code.md#start-and-sign-in sh',
    answers: 'moving-in/session-code.md#start-and-sign-in json',
  },
  {
    contract: 'oauth-bearer',
    engine: 'PostgreSQL',
    tables: oauthBearerGenerations.latest,
    settings: 'moving-in/oauth-bearer.md#set-up-the-server sh',
    dryRun: 'moving-in/oauth-bearer.md#try-the-import sh',
    report: 'moving-in/oauth-bearer.md#try-the-import text',
    answer: 'moving-in/oauth-bearer.md#answer-the-questions json',
    import: 'moving-in/oauth-bearer.md#import-the-users sh',
    requests: 'moving-in/oauth-bearer.md#start-and-sign-in sh',
    answers: 'moving-in/oauth-bearer.md#start-and-sign-in json',
  },
]

function settingsOf(block: string, dataDir: string): Record<string, string> {
  const lines = guideBlock(block).trim().split('\n')
  return {
    ...Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string])),
    PROXIMA_DATA_DIR: dataDir,
  }
}

/** Each line of a block is there; `…` stands for any text within a line. */
function expectLines(block: string, printed: string): void {
  for (const line of guideBlock(block).split('\n').filter(Boolean)) {
    const parts = line.split('…').map((part) => RegExp.escape(part.replaceAll(/ +/g, ' ')))
    expect(printed.replaceAll(/ +/g, ' ')).toMatch(new RegExp(parts.join('[^\\n]*')))
  }
}

interface Questions {
  readonly questions: { readonly choices: Readonly<Record<string, string>>; answer: string | null }[]
}

/** Gives the answer of the guide to the question that has this choice, and leaves the rows of the others out. */
function answerQuestions(path: string, answer: string): void {
  const file = JSON.parse(readFileSync(path, 'utf8')) as Questions
  expect(file.questions.some(({ choices }) => answer in choices)).toBe(true)
  for (const question of file.questions) question.answer = answer in question.choices ? answer : 'leave-out'
  writeFileSync(path, JSON.stringify(file))
}

describe.skipIf(!hasCurl)('an operator who moves in an afternoon, as the guide does (needs curl)', () => {
  afterEach(endLeftovers)

  it.each(pages)('moves from $contract', async (page) => {
    const sandbox = new GuideSandbox()
    const old = await createOldDatabase(
      engines.find(({ name }) => name === page.engine) ?? sqlite,
      page.tables,
    )
    writeFileSync(join(sandbox.folder, 'old-database-url'), `${old.url}\n`)
    const settings = settingsOf(page.settings, join(sandbox.folder, 'data'))
    await proxima(['migrate', 'up'], { settings })
    const succeeds = async (block: string, options: BlockRun = {}) => {
      const { exitCode, stderr, stdout } = await sandbox.run(block, { settings, ...options })
      expect(exitCode, stdout + stderr).toBe(0)
      return stdout
    }
    expectLines(page.report, await succeeds(page.dryRun))
    const { answer } = JSON.parse(`{${guideBlock(page.answer).trim()}}`) as { answer: string }
    answerQuestions(join(sandbox.folder, 'answers.json'), answer)
    await succeeds(page.import)
    expect(existsSync(join(sandbox.folder, 'report.json'))).toBe(true)
    const server = await startProxima(settings)
    sandbox.serverUrl = server.url
    expectLines(page.answers, await succeeds(page.requests))
    await server.process.stop()
    await old.drop()
    sandbox.remove()
  })
})
