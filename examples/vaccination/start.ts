import { runExample } from '../start/run-example.ts'
import { vaccination } from './example.ts'

await runExample(vaccination)
