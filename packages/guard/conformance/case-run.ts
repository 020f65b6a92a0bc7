import { setTimeout as sleep } from 'node:timers/promises'
import type {
  ConformanceCase,
  CountLimit,
  Expected,
  IssuerAction,
  Load,
  LoadStep,
  RequestDescription,
  RevocationDescription,
  SendStep,
  Step,
} from './case.ts'
import type { CountedName } from './issuer.ts'
import { ConformanceFailure, describe, problemOf } from './outcome.ts'
import type { RevocationData } from './revocation-feed.ts'
import { newSigningKey, type SigningKey } from './signing-key.ts'
import type { Answer, Sent, Subject } from './subject.ts'
import { TokenMaker } from './token-maker.ts'
import type { World } from './world.ts'

const pollMs = 30
/** Only to end a run that hangs. */
const patienceSeconds = 20
const revocationLifeMs = 900_000
const clientsOfLoad = 4

/** One run of a case. */
export class CaseRun {
  readonly #world: World
  readonly #start: () => Promise<Subject>
  readonly #maker: TokenMaker
  #published: readonly SigningKey[]
  #settled = 0
  #counts = new Map<string, number>()
  #countedAt = performance.now()

  constructor(world: World, start: () => Promise<Subject>) {
    this.#world = world
    this.#start = start
    this.#maker = new TokenMaker(world.issuer, world.firstKey)
    this.#published = [world.firstKey]
  }

  async run({ fresh = false, steps }: ConformanceCase): Promise<void> {
    // A guard that is shared may still be recovering from the case before.
    if (!fresh) await this.#until({ token: { person: 'beginning' } }, { until: 'accepted' })
    this.#beginCount()
    for (const [index, step] of steps.entries()) {
      try {
        await this.#take(step)
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error)
        throw new ConformanceFailure(
          `step ${index + 1}: ${message}\n${this.#world.subject?.output.slice(-2_000) ?? ''}`,
        )
      }
    }
  }

  async #take(step: Step): Promise<void> {
    if ('issuer' in step) for (const action of [step.issuer].flat()) this.#change(action)
    else if ('settle' in step) await this.#settle()
    else if ('issuer_saw' in step) this.#compareCounts(step.issuer_saw)
    else if ('load' in step) await this.#takeUnderLoad(step)
    else if ('resumed' in step)
      await this.#waitFor('a stream that continues', () => this.#world.issuer.feed.hasResumed)
    else await this.#send(step)
  }

  async #takeUnderLoad({ load, during }: LoadStep): Promise<void> {
    const ending = new AbortController()
    const clients = load.flatMap((each) =>
      Array.from({ length: clientsOfLoad }, () => this.#repeat(each, ending.signal)),
    )
    const ended = Promise.all(clients)
    // A failure of a client is thrown below.
    ended.catch(() => ending.abort())
    try {
      for (const step of during) await this.#take(step)
    } finally {
      ending.abort()
    }
    if ((await ended).includes(0)) throw new ConformanceFailure('a client of the load got no answer')
  }

  /** How many answers there were. */
  async #repeat({ send, always }: Load, ending: AbortSignal): Promise<number> {
    let count = 0
    while (!ending.aborted) {
      expectThat(send, await this.#ask(send), always)
      count++
      // So that a machine with few cores has time for the guard.
      await sleep(pollMs)
    }
    return count
  }

  async #send(step: SendStep): Promise<void> {
    const requests = [step.send].flat()
    const { times = 1 } = step
    const all = Array.from({ length: times }, (_, index) =>
      requests.map((each) => numbered(each, index)),
    ).flat()
    if (step.parallel === true) {
      await Promise.all(all.map(async (request) => await this.#sendOnce(request, step)))
      return
    }
    for (const request of all) await this.#sendOnce(request, step)
  }

  async #sendOnce(request: RequestDescription, step: SendStep): Promise<void> {
    if (step.until !== undefined) await this.#until(request, step)
    else if (step.throughout !== undefined)
      await this.#throughout(request, step.throughout, step.seconds ?? 1)
    else expectThat(request, await this.#ask(request), step.expect ?? 'accepted')
  }

  async #until(request: RequestDescription, step: Pick<SendStep, 'until' | 'within_seconds' | 'meanwhile'>) {
    const { until = 'accepted', within_seconds: seconds = patienceSeconds, meanwhile } = step
    const begin = performance.now()
    for (;;) {
      const answer = await this.#ask(request)
      const problem = problemOf(answer, until)
      if (problem === null) return
      if (meanwhile !== undefined) expectThat(request, answer, meanwhile)
      const waitedMs = performance.now() - begin
      if (waitedMs > seconds * 1_000) fail(request, answer, `${problem}, within ${seconds} s`)
      // What takes a minute does not need to be asked for so often.
      await sleep(pollMs + waitedMs / 100)
    }
  }

  async #throughout(request: RequestDescription, expected: Expected, seconds: number): Promise<void> {
    const end = performance.now() + seconds * 1_000
    while (performance.now() < end) {
      expectThat(request, await this.#ask(request), expected)
      await sleep(pollMs)
    }
  }

  async #ask(request: RequestDescription): Promise<Answer> {
    const subject = await this.#start()
    try {
      return await subject.send(this.#sent(request))
    } catch (error) {
      // An HTTP server may cut a connection on which it gets too much.
      if (error instanceof Error && 'code' in error && ['ECONNRESET', 'EPIPE'].includes(String(error.code)))
        return { status: 0, headers: {}, text: String(error) }
      throw error
    }
  }

  #sent({
    path = '/user',
    token,
    credential,
    authorization = 'Bearer {token}',
    headers = {},
  }: RequestDescription): Sent {
    const text =
      credential === undefined ? this.#maker.token(token ?? {}) : this.#maker.credential(credential)
    const filled = (value: string) => value.replaceAll('{token}', text)
    const values = authorization === null ? [] : [authorization].flat().map((each) => filled(String(each)))
    return {
      path: filled(path),
      headers: {
        ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, filled(value)])),
        ...(values.length > 0 && { Authorization: values.length === 1 ? String(values[0]) : values }),
      },
    }
  }

  /** A revocation that the guard follows shows that it knows those before. */
  async #settle(): Promise<void> {
    this.#settled++
    const person = `settled ${this.#settled}`
    await this.#until({ token: { person } }, { until: 'accepted' })
    this.#record([{ kind: 'session', person }])
    await this.#until({ token: { person } }, { until: 'invalid_token' })
  }

  #change(action: IssuerAction): void {
    const { issuer } = this.#world
    if ('new_key' in action) this.#publish([...this.#published, this.#maker.key(action.new_key)])
    else if ('drop_key' in action) this.#drop(this.#maker.key(action.drop_key))
    else if ('sign_with' in action) this.#maker.signWith(action.sign_with)
    else if ('revoke' in action) this.#record([action.revoke].flat())
    else if ('feed' in action) issuer.feed.setMode(action.feed)
    else if ('cut_feed' in action) issuer.feed.cut(action.cut_feed)
    else if ('server' in action) issuer.setMode(action.server)
    else if ('keys' in action) issuer.keysMode = action.keys
    else if ('introspection' in action) issuer.introspectionMode = action.introspection
    else this.#maker.endCredential(action.end_credential)
  }

  #publish(keys: readonly SigningKey[]): void {
    this.#published = keys
    this.#world.issuer.publish(keys)
  }

  #drop(key: SigningKey): void {
    this.#publish(this.#published.filter((each) => each !== key))
    this.#forgetFirst(key)
  }

  /** The next case needs another key, if this one was retired. */
  #forgetFirst(key: SigningKey): void {
    if (key === this.#world.firstKey) this.#world.firstKey = newSigningKey()
  }

  #record(revocations: readonly RevocationDescription[]): void {
    this.#world.issuer.feed.record(revocations.map((each) => this.#revocation(each)))
  }

  #revocation({
    kind,
    person,
    role,
    key,
    revoked_at,
    without_account = false,
  }: RevocationDescription): RevocationData {
    const { accountId, sessionId } = this.#maker.person(person)
    const named = ['session', 'account', 'roles'].includes(kind) && !without_account
    const revokedAtMs = revoked_at === undefined ? Date.now() : this.#maker.secondsOf(revoked_at) * 1_000
    if (key !== undefined) this.#forgetFirst(this.#maker.key(key))
    return {
      kind,
      session_id: kind === 'session' ? sessionId : null,
      account_id: named ? accountId : null,
      role: role ?? null,
      kid: key === undefined ? null : this.#maker.key(key).kid,
      revoked_at: new Date(revokedAtMs).toISOString(),
      expires_at: new Date(Math.max(revokedAtMs, Date.now()) + revocationLifeMs).toISOString(),
    }
  }

  #beginCount(): void {
    const { issuer } = this.#world
    this.#countedAt = performance.now()
    for (const name of ['jwks', 'introspection', 'feed', 'me', 'evil'] as const)
      this.#counts.set(name, issuer.count(name))
  }

  #compareCounts(limits: Readonly<Record<string, CountLimit>>): void {
    const seconds = Math.ceil((performance.now() - this.#countedAt) / 1_000)
    for (const [
      name,
      { at_most = Number.POSITIVE_INFINITY, at_least = 0, and_per_second = 0 },
    ] of Object.entries(limits)) {
      const count = this.#world.issuer.count(name as CountedName) - (this.#counts.get(name) ?? 0)
      const most = at_most + and_per_second * seconds
      if (count > most)
        throw new ConformanceFailure(`the issuer saw ${count} requests (${name}); ${most} are allowed`)
      if (count < at_least)
        throw new ConformanceFailure(`the issuer saw ${count} requests (${name}); expected ${at_least}`)
    }
    this.#beginCount()
  }

  async #waitFor(what: string, holds: () => boolean): Promise<void> {
    const deadline = performance.now() + patienceSeconds * 1_000
    while (!holds()) {
      if (performance.now() > deadline) throw new ConformanceFailure(`waited too long for ${what}`)
      await sleep(pollMs)
    }
  }
}

function numbered(request: RequestDescription, index: number): RequestDescription {
  return JSON.parse(JSON.stringify(request).replaceAll('{index}', String(index))) as RequestDescription
}

function expectThat(request: RequestDescription, answer: Answer, expected: Expected): void {
  const problem = problemOf(answer, expected)
  if (problem !== null) fail(request, answer, problem)
}

function fail(request: RequestDescription, answer: Answer, problem: string): never {
  throw new ConformanceFailure(`${JSON.stringify(request)} got ${describe(answer)}: ${problem}`)
}
