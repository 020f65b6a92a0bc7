import { resolve } from 'node:path'
import { bundle } from './bundle.ts'

const folder = resolve(process.argv[2] ?? 'dist')
await bundle(folder)
console.log(
  `The bundle is in ${folder}. Start it with: node --max-semi-space-size=8 --expose-gc ${folder}/bin/proxima.js start`,
)
