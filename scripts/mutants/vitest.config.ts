import { relative } from 'node:path'
import { mergeConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import base from '../../vitest.config.ts'
import { instrument, root } from './instrument.ts'

const order = (process.env['MUTANT_TESTS'] ?? '').split(' ')

/** Runs the tests in the order in which they are given, so that those most likely to fail come first. */
class InOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => order.indexOf(relative(root, moduleId))
    return files.toSorted((a, b) => place(a) - place(b))
  }
}

export default mergeConfig(base, {
  root,
  plugins: [
    { name: 'mutants', enforce: 'pre', transform: (text: string, id: string) => instrument(id, text) },
  ],
  test: {
    setupFiles: 'scripts/mutants/switch.ts',
    // Modules that are evaluated once would be recorded for one file alone.
    isolate: true,
    sequence: { sequencer: InOrder },
  },
})
