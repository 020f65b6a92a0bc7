import { readCases } from './case.ts'
import { ConformanceSuite } from './suite.ts'

/**
 * Runs every case against a guard, and prints a line for each: `node run.ts [--only=TEXT] [--short] -- COMMAND…`.
 * `--short` leaves out the cases that take longer than some seconds. Exits with 1 if a case fails.
 */
const separator = process.argv.indexOf('--')
const options = separator === -1 ? [] : process.argv.slice(2, separator)
const command = separator === -1 ? process.argv.slice(2) : process.argv.slice(separator + 1)
if (command.length === 0) {
  console.error('Name the command that starts the guard: node run.ts -- COMMAND…')
  process.exit(2)
}
const only = options.find((option) => option.startsWith('--only='))?.slice('--only='.length) ?? ''
const isShort = options.includes('--short')

const suite = new ConformanceSuite(command)
let failures = 0
const files = readCases().map(({ name: file, cases }) => ({
  file,
  cases: cases.filter(({ name, long }) => name.includes(only) && !(isShort && long === true)),
}))
const runs = suite.runAll(files.flatMap(({ cases }) => cases))
for (const { file, cases } of files) {
  for (const tested of cases) {
    const title = `${file}: ${[...(tested.attacks ?? []), ''].join(' ')}${tested.name}`
    try {
      await runs.get(tested)
      console.log(`ok      ${title}`)
    } catch (error) {
      failures++
      console.log(`FAILED  ${title}\n${error instanceof Error ? error.message : String(error)}`)
    }
  }
}
await suite.stop()
console.log(failures === 0 ? 'Every case passed.' : `${failures} cases failed.`)
if (failures > 0) process.exitCode = 1
