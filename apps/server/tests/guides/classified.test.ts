import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { guideBlocks, repository } from '../support/guide-blocks.ts'

/** Blocks that no test runs, each with the reason. */
const notRun: Readonly<Record<string, string>> = {
  'README.md#proxima sh': '.ci/run runs both commands on a clean clone',
  'client.md#the-client sh': 'packages/client/tests/published.test.ts builds the package and installs it',
  'client.md#react-native js':
    'it needs a phone; packages/client/tests/bundle.test.ts runs the client with no more than React Native has',
  'federation.md#setting-one-up json':
    'the secrets are in files of another machine; providers/find-providers.test.ts reads such a list',
  'leaving.md#deleting-the-account text': 'it shows the form of a request, with an ellipsis',
  'mail.md#mail sh 2': 'tests/process/mail.test.ts runs the command against a mail server',
  'mail.md#a-webhook json': 'transports/webhook.test.ts compares what is sent',
  'moving-in/export.md#exporting sh': 'tests/process/export-command.test.ts runs the command',
  'moving-in/export.md#exporting sh 2':
    'the machines of CI have no age; the test of the command reads its output',
  'moving-in/other-products.md#moving-in-from-another-product sh':
    'maps/other-products.test.ts reads a source of each product with its map',
  'moving-in/other-products.md#firebase json': 'the key of a project is missing in it',
  'moving-in/passwords.md#live-migration http': 'tests/journeys/live-migration.test.ts compares what is sent',
  'moving-in/passwords.md#live-migration sh':
    'it starts a server that asks another one; tests/journeys/live-migration.test.ts does the same',
  'oauth.md#creating-a-client sh': 'tests/process/clients-command.test.ts runs the command with other values',
  'oauth.md#old-programs-that-ask-for-a-password sh':
    'it is a setting; the test of the guide starts its server with it',
  'openid.md#setting-up-the-library js': 'src/features/openid/code-flow.test.ts makes the same calls',
  'openid.md#registering-an-application sh':
    'tests/process/clients-command.test.ts runs the command with other values',
  'production.md#docker sh': 'the machines of CI have no Docker daemon, and no registry for the base image',
  'webhooks.md#what-an-event-says json': 'tests/journeys/webhooks.test.ts compares what is sent',
  'webhooks.md#sending-again sh': 'tests/process/webhooks.test.ts runs the commands',
  'protect/README.md#installing-the-guard sh': 'packages/guard/tests/packed.test.ts packs it',
  'protect/README.md#installing-the-guard sh 2':
    'packages/guard/tests/packed.test.ts uses what it has packed',
  'protect/README.md#installing-the-guard sh 3':
    'it needs a registry for the packages of others; the tests of the guides take the guard from the repository',
  'protect/fastapi.md#protecting-a-fastapi-service sh':
    'the package is not published yet; the test of the guide takes it from the repository',
  'protect/flask.md#protecting-a-flask-service sh':
    'the package is not published yet; the test of the guide takes it from the repository',
  'scaling.md#postgresql-with-a-synchronous-standby sql':
    'it changes a whole server, and needs a second one; bench/clusters/postgres.ts runs it on servers of its own',
}

/** Pages whose marked blocks scripts/check-docs.ts runs. */
const pagesOfCheckDocs = /pages = \[(?<names>[^\]]*)\]/.exec(
  readFileSync(join(repository, 'scripts/check-docs.ts'), 'utf8'),
)?.groups?.['names']

const sources = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.test.ts') && name !== 'classified.test.ts')
  .map((name) => readFileSync(join(import.meta.dirname, name), 'utf8'))

function isRun({ name, mark }: (typeof guideBlocks)[number]): boolean {
  if (mark === null) return sources.some((source) => source.includes(`'${name}'`))
  const [page = ''] = name.split('#')
  return pagesOfCheckDocs?.includes(page) === true && /^(runnable|output|file: \S+)$/.test(mark)
}

describe('every block of the README and of the guides', () => {
  it.each(guideBlocks.map((block) => [block.name, block] as const))(
    '%s is run, or has a reason',
    (name, block) => {
      // A new block is in neither list: run it in a test beside this one, or give the reason why no test can.
      expect([isRun(block), name in notRun]).toContain(true)
      expect(isRun(block) && name in notRun, 'a block that is run needs no reason').toBe(false)
    },
  )

  it('can be pasted into zsh, the shell of macOS: there, "path" is where commands are looked for', () => {
    const bad = guideBlocks.filter(({ text }) => /^[^#\n]*\bpath=/m.test(text))
    expect(bad.map(({ name }) => name)).toEqual([])
  })

  it('is named once, and the reasons are for blocks that exist', () => {
    const names = guideBlocks.map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
    expect(names).toEqual(expect.arrayContaining(Object.keys(notRun)))
    for (const source of sources)
      for (const [, name = ''] of source.matchAll(/'((?:README|[a-z-]+)\.md#[^']+)'/g))
        expect(names).toContain(name)
  })
})
