import { runExample } from '../start/run-example.ts'
import { vaccinationInPython } from './example.ts'

await runExample(vaccinationInPython(process.env['PYTHON'] ?? 'python3'))
