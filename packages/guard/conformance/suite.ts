import type { ConformanceCase, SubjectSettings } from './case.ts'
import { CaseRun } from './case-run.ts'
import { Issuer } from './issuer.ts'
import { newSigningKey } from './signing-key.ts'
import { Subject } from './subject.ts'
import type { World } from './world.ts'

/** Runs cases against one guard. Cases with equal settings share a process of it, one after the other. */
export class ConformanceSuite {
  readonly #command: readonly string[]
  readonly #worlds = new Map<string, World>()

  /** @param command starts the guard under test; README.md says what it must do */
  constructor(command: readonly string[]) {
    this.#command = command
  }

  /** @throws ConformanceFailure */
  async run(tested: ConformanceCase): Promise<void> {
    const { settings = {}, fresh = false } = tested
    const world = fresh ? await this.#newWorld() : await this.#sharedWorld(settings)
    const start = async () => await this.#start(world, settings)
    try {
      await new CaseRun(world, start).run(tested)
    } finally {
      if (fresh) await endWorld(world)
      else restore(world)
    }
  }

  /** Runs the cases one after the other, and beside them those that take a minute. Each promise is one case. */
  runAll(cases: readonly ConformanceCase[]): ReadonlyMap<ConformanceCase, Promise<void>> {
    const runs = new Map<ConformanceCase, Promise<void>>()
    let last = Promise.resolve()
    for (const tested of cases) {
      const run = async () => await this.run(tested)
      const outcome = tested.long === true ? run() : last.then(run)
      // The reader of the map gets the failure.
      const ended = outcome.catch(() => undefined)
      if (tested.long !== true) last = ended
      runs.set(tested, outcome)
    }
    return runs
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#worlds.values()].map(endWorld))
    this.#worlds.clear()
  }

  async #sharedWorld(settings: SubjectSettings): Promise<World> {
    const name = JSON.stringify(settings)
    const world = this.#worlds.get(name) ?? (await this.#newWorld())
    this.#worlds.set(name, world)
    return world
  }

  async #newWorld(): Promise<World> {
    const world = { issuer: await Issuer.start(), firstKey: newSigningKey(), subject: null }
    world.issuer.publish([world.firstKey])
    return world
  }

  async #start(world: World, settings: SubjectSettings): Promise<Subject> {
    world.subject ??= await Subject.start(this.#command, world.issuer, settings)
    return world.subject
  }
}

async function endWorld({ issuer, subject }: World): Promise<void> {
  await subject?.stop()
  await issuer.stop()
}

/** Ends what the case has changed. */
function restore(world: World): void {
  const { issuer } = world
  issuer.keysMode = 'up'
  issuer.introspectionMode = 'up'
  issuer.setMode('up')
  issuer.feed.setMode('up')
  issuer.publish([world.firstKey])
}
