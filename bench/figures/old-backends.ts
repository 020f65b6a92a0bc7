import { sqlite } from '../../apps/server/tests/support/engines.ts'
import { closedLoop, type Requests } from '../load/closed-loop.ts'
import { Connection } from '../load/connection.ts'
import { type Api, type Call, type OldContract, oldContracts, personOf } from '../load/old-contracts.ts'
import { ratePerSecond } from '../load/outcome.ts'
import { requestBytes } from '../load/request.ts'
import { interleaved } from '../measure/interleaved.ts'
import { checkOldBackends, oldBackend } from '../servers/old-backends.ts'
import type { Bench } from './bench.ts'
import { type Aim, type Figure, perSecond, type Row, ratioRow } from './figure.ts'

export const oldBackends: Figure = {
  number: 20,
  name: 'old-backends',
  title: 'Contracts, compared with the old backends and with the native calls',
  run,
}

const aim: Aim = {
  atLeast: 0.95,
  because: 'A contract translates names and calls the same services, so it may cost a twentieth of a call.',
}

/** Two for each core: the old backends hash for all callers at once, so with more, each would wait for seconds. */
const connections = 4

async function run(bench: Bench): Promise<Row[]> {
  checkOldBackends()
  // Each has a prefix, because some share a path.
  const mounts = oldContracts.map(({ name }) => `${name}=/${name}`).join(',')
  const settings = { PROXIMA_CONTRACTS: mounts, PROXIMA_PASSWORD_QUEUE_WAIT_MS: '30000' }
  const proxima = await bench.proxima(await bench.database(sqlite), settings)
  const rows: Row[] = []
  for (const contract of oldContracts) {
    bench.say(contract.name)
    rows.push(...(await ofContract(bench, contract, proxima.url)))
  }
  return rows
}

async function ofContract(bench: Bench, { name, old, native }: OldContract, url: string): Promise<Row[]> {
  const peer = await bench.server(oldBackend(name))
  const contract = await sideOf(bench, { url, prefix: `/${name}`, api: old })
  const limits = [
    { limit: 'the old backend', side: await sideOf(bench, { url: peer.url, prefix: '', api: old }) },
    { limit: 'the native call', side: await sideOf(bench, { url, prefix: '', api: native }), aim },
  ]
  const rows: Row[] = []
  for (const { limit, side, ...options } of limits)
    for (const [index, subject] of contract.entries()) {
      const other = side[index]
      if (other === undefined) continue
      const comparison = await interleaved(
        bench.pick(3, 2),
        () => rateOf(bench, subject),
        () => rateOf(bench, other),
      )
      const path = `${subject.call.method} ${subject.call.path}`
      rows.push(ratioRow({ subject: `${path} of ${name}`, limit, comparison, show: perSecond, ...options }))
    }
  await peer.stop()
  return rows
}

/** A call of a server, and the requests that make it. */
interface Measured {
  readonly url: string
  readonly call: Call
  readonly requests: Requests
}

interface Side {
  readonly url: string
  readonly prefix: string
  readonly api: Api
}

/** Registers people, signs them in, and makes the requests of each call. */
async function sideOf(bench: Bench, { url, prefix, api }: Side): Promise<Measured[]> {
  const connection = new Connection(url)
  const send = async (call: Call, index: number) => {
    const { status, bytes } = await connection.send(bytesOf(call, prefix, index))
    const text = bytes.toString()
    if (status !== call.status) throw new Error(`${call.path} answered ${text}`)
    return text
  }
  const logins: Call[] = []
  const reads: Call[] = []
  const people = bench.pick(64, 16)
  for (let each = 0; each < people; each++) {
    const index = nextIndex()
    const person = personOf(index)
    const secret = fieldOf(await send(api.register(person), index), 'user_secret')
    const login = api.login(person, secret)
    logins.push(login)
    const credential = fieldOf(await send(login, index), api.credential)
    if (api.read !== null) reads.push(api.read(credential))
  }
  connection.close()
  const repeated = (calls: readonly Call[]) =>
    calls.slice(0, 1).map((call) => ({
      url,
      call,
      requests: calls.map((each, index) => bytesOf(each, prefix, index)),
    }))
  const next = () => {
    const index = nextIndex()
    return bytesOf(api.register(personOf(index)), prefix, index)
  }
  const registering = {
    url,
    call: api.register(personOf(0)),
    requests: { next, answered: () => undefined },
  }
  return [registering, ...repeated(logins), ...repeated(reads)]
}

/** No one registers twice in a run. */
let registered = 0
function nextIndex(): number {
  registered += 1
  return registered
}

/** Each caller has its own address, and mostly its own network: one network gets only a share of the queue of hashes. */
function bytesOf(call: Call, prefix: string, index: number): Buffer {
  const address = `10.1.${index % 250}.${(Math.floor(index / 250) % 250) + 1}`
  const headers = { ...call.headers, 'x-forwarded-for': address }
  return requestBytes({ ...call, path: prefix + call.path, headers })
}

function fieldOf(text: string, name: string): string {
  return new RegExp(`"${name}": ?"([^"]+)"`).exec(text)?.[1] ?? ''
}

async function rateOf(bench: Bench, { url, call, requests }: Measured): Promise<number> {
  // Long enough for some answers of a backend that hashes for a second.
  const seconds = bench.pick(5, 4)
  const outcome = await closedLoop({ url, requests, connections, warmUpSeconds: 1, seconds })
  if (outcome.samples.length === 0) throw new Error(`${call.path} gave no answer within ${seconds} seconds`)
  return ratePerSecond(outcome, ({ status }) => status === call.status)
}
