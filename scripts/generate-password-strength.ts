/**
 * Writes features/pages/frame/assets/zxcvbn.js: the estimator of the strength meter, with the passwords that most people
 * use, as one module that a browser loads when someone chooses a password. With all words of the library it would be
 * twenty times as large, and the server refuses bad passwords anyway.
 *
 *     node scripts/generate-password-strength.ts
 */
import { writeFileSync } from 'node:fs'
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common'
import { rolldown } from 'rolldown'

const target = new URL('../apps/server/src/features/pages/frame/assets/zxcvbn.js', import.meta.url)
const passwordsMax = 5_000
const entry = 'virtual:password-strength'
const passwords = dictionary['passwords-common'].slice(0, passwordsMax)

const source = `
import { ZxcvbnFactory } from '@zxcvbn-ts/core'
const passwords = ${JSON.stringify(passwords.join(' '))}.split(' ')
const estimator = new ZxcvbnFactory({ dictionary: { passwords }, graphs: ${JSON.stringify(adjacencyGraphs)} })
/** From 0, too easy to guess, to 4. */
export const scoreOf = (password, known) => estimator.check(password, known).score
`

const bundle = await rolldown({
  input: entry,
  platform: 'browser',
  resolve: { conditionNames: ['import', 'browser'] },
  plugins: [
    {
      name: 'entry',
      resolveId: (id) =>
        id === entry ? new URL('../apps/server/src/password-strength.js', import.meta.url).pathname : null,
      load: (id) => (id.endsWith('/password-strength.js') ? source : null),
    },
  ],
})
const { output } = await bundle.generate({ format: 'es', minify: true })
await bundle.close()
const head =
  '// Written by scripts/generate-password-strength.ts from @zxcvbn-ts/core and @zxcvbn-ts/language-common (MIT).\n'
writeFileSync(target, `${head}${output[0].code}`)
