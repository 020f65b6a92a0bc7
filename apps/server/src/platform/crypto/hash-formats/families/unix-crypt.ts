import { type HashFamily, type Reading, truncated } from '../foreign-hash.ts'
import { withWork } from './with-work.ts'

const shaForm = /^\$([56])\$(?:rounds=(\d{1,9})\$)?([^$:\n]{0,16})\$([./A-Za-z0-9]+)$/
const md5Form = /^\$(1|apr1)\$([^$:\n]{0,8})\$([./A-Za-z0-9]{22})$/
const defaultRounds = 5_000

const sha = {
  5: { primitive: 'sha256-crypt', characters: 43 },
  6: { primitive: 'sha512-crypt', characters: 86 },
} as const

/** crypt(3): SHA-crypt (`$5$`, `$6$`), MD5-crypt (`$1$`), and Apache's variant of it (`$apr1$`). */
export const unixCrypt: HashFamily = {
  name: 'unix-crypt',
  read: (text) => {
    if (/^\$[56]\$/.test(text)) return readSha(text)
    return /^\$(?:1|apr1)\$/.test(text) ? readMd5(text) : null
  },
}

function readSha(text: string): Reading {
  const [, kind, rounds, salt, digest] = shaForm.exec(text) ?? []
  const { primitive, characters } = sha[kind === '5' ? 5 : 6]
  if (salt === undefined || digest?.length !== characters)
    return truncated(
      'SHA-crypt',
      `its digest has ${digest?.length ?? 0} characters, and a complete one has ${characters}`,
    )
  const work = { primitive, parameters: [Number(rounds ?? defaultRounds)] }
  return withWork({ work, encoding: 'crypt', salt: Buffer.from(salt), digest: Buffer.from(digest) })
}

function readMd5(text: string): Reading {
  const [, kind, salt, digest] = md5Form.exec(text) ?? []
  if (salt === undefined || digest === undefined)
    return truncated('MD5-crypt', 'its digest does not have 22 characters')
  const work = { primitive: kind === 'apr1' ? 'md5-crypt-apache' : 'md5-crypt', parameters: [] }
  return withWork({ work, encoding: 'crypt', salt: Buffer.from(salt), digest: Buffer.from(digest) })
}
