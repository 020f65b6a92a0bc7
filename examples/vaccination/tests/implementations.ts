import { spawnSync } from 'node:child_process'
import type { Example } from '../../start/start-example.ts'
import { vaccination, vaccinationInPython } from '../example.ts'

/** That of Debian, whose packages CI installs. */
export const python = '/usr/bin/python3'

const modules = 'fastapi, uvicorn, jwt, cryptography, qrcode, psycopg, pymysql'
export const hasPython = spawnSync(python, ['-c', `import ${modules}`]).status === 0

const note = hasPython ? '' : ` (left out: ${python} has not all of ${modules})`

/** The service in both languages: the same tests are for both. */
export const implementations: readonly { title: string; example: Example; isMissing: boolean }[] = [
  { title: 'TypeScript', example: vaccination, isMissing: false },
  { title: `Python${note}`, example: vaccinationInPython(python), isMissing: !hasPython },
]
