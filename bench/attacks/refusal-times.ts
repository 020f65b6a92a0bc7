import { parseArgs } from 'node:util'
import { findEngines } from '../engines.ts'
import { fill } from '../fill/fill.ts'
import { registrationOf } from '../fill/people.ts'
import { Connection } from '../load/connection.ts'
import { requestBytes } from '../load/request.ts'
import { areaUnderCurve } from '../measure/statistics.ts'
import { startProxima } from '../servers/proxima.ts'

/**
 * A34: measures whether the time of a refused sign-in reveals who has an account, on each engine that PROXIMA_TEST_*
 * names. A pair is one wrong password for an account and one for an identifier of the same shape that no account has, in
 * random order. The result is the probability that the account's answer takes longer (the area under the ROC curve):
 * 0.5 means that the time reveals nothing. Aim: 0.49 to 0.51 with 20,000 pairs.
 *
 *   node bench/attacks/refusal-times.ts [--pairs 20000] [--engine SQLite]
 */
const { values: chosen } = parseArgs({
  options: { pairs: { type: 'string', default: '20000' }, engine: { type: 'string' } },
})
const pairs = Number(chosen.pairs)
/** No more are free. */
const guessesEach = 10
const accounts = Math.ceil(pairs / guessesEach) * 2

const { engines, leftOut } = await findEngines()
for (const reason of leftOut) console.log(`left out: ${reason}`)
for (const engine of engines.filter(({ name }) => name === (chosen.engine ?? name))) {
  const database = await engine.createDatabase()
  const people = await fill({ databaseUrls: [database.url], accounts, sample: accounts })
  const emails = people.filter(({ userSecret }) => userSecret === null).map(({ email }) => email)
  const server = await startProxima({ databaseUrl: database.url, settings: { PROXIMA_LIMITS: 'on' } })
  const times = await measure(new Connection(server.url), emails)
  console.log(`${engine.name}: ${resultOf(times)}`)
  await server.stop()
  await database.drop()
}

async function measure(connection: Connection, emails: readonly string[]) {
  const times = { known: [] as number[], unknown: [] as number[] }
  for (let guess = 0; guess < guessesEach; guess++) {
    for (const [index, email] of emails.entries()) {
      const requests = {
        known: requestOf(email, index),
        unknown: requestOf(registrationOf(accounts + index).email, index),
      }
      const order = Math.random() < 0.5 ? (['known', 'unknown'] as const) : (['unknown', 'known'] as const)
      for (const side of order) {
        const start = performance.now()
        const { status } = await connection.send(requests[side])
        times[side].push(performance.now() - start)
        if (status !== 401) throw new Error(`a wrong password got ${status}`)
      }
    }
    console.log(`  so far: ${resultOf(times)}`)
  }
  connection.close()
  return times
}

function resultOf({ known, unknown }: { known: readonly number[]; unknown: readonly number[] }): string {
  const { area, standardError } = areaUnderCurve(known, unknown)
  return `AUC ${area.toFixed(4)}, standard error ${standardError.toFixed(4)}, ${known.length} pairs`
}

/** From many networks, so that no limit of an address or a network refuses it. */
function requestOf(email: string, index: number): Buffer {
  return requestBytes({
    method: 'POST',
    path: '/v1/auth/login',
    headers: { 'x-forwarded-for': `10.${(index >> 6) & 255}.${index & 63}.1` },
    json: { email, password: 'eight green bottles stand here' },
  })
}
