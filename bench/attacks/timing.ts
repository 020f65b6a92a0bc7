import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { parseArgs } from 'node:util'
import type { TestEngine } from '../../apps/server/tests/support/engines.ts'
import { findEngines } from '../engines.ts'
import { fill } from '../fill/fill.ts'
import { verifyEmails } from '../fill/with-database.ts'
import { Connection } from '../load/connection.ts'
import type { Interval } from '../measure/statistics.ts'
import { startMailServer } from '../servers/mail-server.ts'
import { startProxima } from '../servers/proxima.ts'
import { loginScenarios } from './timing/login.ts'
import { type Compared, Pairs } from './timing/pairs.ts'
import { recoveryScenarios } from './timing/recovery.ts'
import { registrationScenarios } from './timing/registration.ts'
import type { MailState, Plan, Scenario } from './timing/scenario.ts'

const scenarios = [...loginScenarios, ...registrationScenarios, ...recoveryScenarios]

/**
 * A06, A34: measures whether the time of an answer reveals who has an account, on each engine that PROXIMA_TEST_* names.
 * A pair is two requests that must get the same answer, one of them about an account and the other about an identifier
 * of the same shape that no account has. The result is the probability that the one takes longer (the area under the
 * ROC curve, AUC), with its 95 % confidence interval: 0.5 means that the time reveals nothing. The second line is about
 * a request that follows directly, because work that goes on after an answer could reveal as much.
 *
 *   node bench/attacks/timing.ts [--pairs 20000] [--engine SQLite] [--scenario login,register]
 *
 * Exits with 1 if the time reveals something: if a whole interval is outside what the scenario allows.
 */
const { values: chosen } = parseArgs({
  options: {
    pairs: { type: 'string', default: '20000' },
    engine: { type: 'string' },
    scenario: { type: 'string', default: scenarios.map(({ name }) => name).join() },
  },
})

/** In an hour, the server records so many refusals that all begin again with a new process. */
const pairsPerServer = 2_000
const pairs = Number(chosen.pairs)

const { engines, leftOut } = await findEngines()
for (const reason of leftOut) console.log(`left out: ${reason}`)
for (const engine of engines.filter(({ name }) => name === (chosen.engine ?? name)))
  for (const name of chosen.scenario.split(',')) await measure(engine, scenarioNamed(name))

function scenarioNamed(name: string): Scenario {
  const found = scenarios.find((scenario) => scenario.name === name)
  if (found === undefined) throw new Error(`there is no scenario ${name}`)
  return found
}

async function measure(engine: TestEngine, scenario: Scenario): Promise<void> {
  const cleanUp = new AsyncDisposableStack()
  try {
    await measureOn(engine, scenario, cleanUp)
  } finally {
    await cleanUp.disposeAsync()
  }
}

async function measureOn(
  engine: TestEngine,
  scenario: Scenario,
  cleanUp: AsyncDisposableStack,
): Promise<void> {
  const database = await engine.createDatabase()
  cleanUp.defer(() => database.drop())
  const accounts = scenario.accountsFor(pairs)
  const people = await fill({ databaseUrls: [database.url], accounts, sample: accounts })
  if (scenario.verified) await verifyEmails(database.url)
  const plan = scenario.plan({ people, pairs })
  const settings = {
    PROXIMA_LIMITS: 'on',
    ...scenario.settings,
    ...(await mailSettings(scenario.mail, cleanUp)),
  }
  const measured = new Pairs(plan)
  for (let from = 0; from < pairs; from += pairsPerServer) {
    const server = await startProxima({ databaseUrl: database.url, settings })
    try {
      if (from === 0) await prepare(server.url, plan)
      await measured.measure(server.url, from, Math.min(pairs, from + pairsPerServer))
    } finally {
      await server.stop()
    }
  }
  const { answers, next } = measured.results()
  report(`${engine.name} ${scenario.name}`, scenario, answers)
  report(`${engine.name} ${scenario.name}, the next request`, scenario, next)
}

async function prepare(url: string, { before }: Plan): Promise<void> {
  const connection = new Connection(url)
  for (const request of before) await connection.send(request)
  connection.close()
}

async function mailSettings(
  state: MailState,
  cleanUp: AsyncDisposableStack,
): Promise<Record<string, string>> {
  if (state === 'none') return {}
  if (state === 'working') {
    const mailServer = await startMailServer()
    cleanUp.defer(() => mailServer.stop())
    return { PROXIMA_MAIL_URL: mailServer.url }
  }
  // Port 9 discards: no mail server answers there.
  if (state === 'refused') return { PROXIMA_MAIL_URL: 'smtp://127.0.0.1:9' }
  const sockets = new Set<Socket>()
  const silent = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
  }).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  cleanUp.defer(() => {
    silent.close()
    for (const socket of sockets) socket.destroy()
  })
  const { port } = silent.address() as AddressInfo
  return { PROXIMA_MAIL_URL: `smtp://127.0.0.1:${port}` }
}

function report(
  name: string,
  { sides, tolerance }: Scenario,
  { pairs: count, area, differenceMs }: Compared,
): void {
  const reveals = area.least > 0.5 + tolerance || area.most < 0.5 - tolerance
  if (reveals) process.exitCode = 1
  const isInside = area.least >= 0.5 - tolerance && area.most <= 0.5 + tolerance
  const verdict = reveals ? 'REVEALS' : isInside ? 'reveals nothing' : 'needs more pairs'
  console.log(
    `${name}: AUC ${shown(area, 4)}, allowed 0.5 ± ${tolerance}: ${verdict}; ` +
      `${sides[0]} − ${sides[1]} ${shown(differenceMs, 3)} ms; ${count} pairs`,
  )
}

function shown({ value, least, most }: Interval, digits: number): string {
  return `${value.toFixed(digits)} (${least.toFixed(digits)} to ${most.toFixed(digits)})`
}
