import { parseArgs } from 'node:util'
import { Programs } from './programs.ts'
import { type Example, type Places, type StartedExample, startExample } from './start-example.ts'

/** Runs the example until Ctrl-C, which ends all of it. */
export async function runExample(example: Example): Promise<void> {
  const programs = new Programs()
  process.on('exit', () => programs.kill())
  console.log(`Starting Proxima and ${example.name}. The first time takes some seconds.`)
  try {
    const end = await Promise.race([untilSignal(), untilEnd(example, programs)])
    if (end !== null) throw new Error(`${end} has ended. Its log says why.`)
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
  await programs.stop()
  console.log('Stopped.')
}

/** The name of a program that ends by itself. @throws Error if one does not start */
async function untilEnd(example: Example, programs: Programs): Promise<string> {
  console.log(greeting(example, await startExample(example, readPlaces(), programs)))
  return await programs.unexpectedEnd
}

/** Keeps listening: npm may pass on a signal that this process has had already, and the second must not end it. */
function untilSignal(): Promise<null> {
  const { promise, resolve } = Promise.withResolvers<null>()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve(null))
  return promise
}

function readPlaces(): Places {
  const { values } = parseArgs({
    options: { data: { type: 'string' }, port: { type: 'string' }, 'accounts-port': { type: 'string' } },
  })
  const accountsPort = values['accounts-port']
  return {
    dataFolder: values.data,
    port: values.port === undefined ? undefined : Number(values.port),
    accountsPort: accountsPort === undefined ? undefined : Number(accountsPort),
  }
}

function greeting(example: Example, started: StartedExample): string {
  return `
  ${example.name} is listening on ${started.url}
  Proxima is listening on ${started.accountsUrl}
  Data, logs and credentials are in ${started.dataFolder}

  Press Ctrl-C to stop both. Until then, paste this into a second shell:
${example.firstCalls(started)}`
}
