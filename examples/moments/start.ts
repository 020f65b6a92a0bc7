import { runExample } from '../start/run-example.ts'
import { moments } from './example.ts'

await runExample(moments)
