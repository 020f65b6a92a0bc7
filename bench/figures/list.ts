import { addresses } from './addresses.ts'
import { apiKey } from './api-key.ts'
import { audit } from './audit.ts'
import { codes } from './codes.ts'
import type { Figure } from './figure.ts'
import { growth } from './growth.ts'
import { guard } from './guard.ts'
import { imports } from './import.ts'
import { login } from './login.ts'
import { mail } from './mail.ts'
import { manySessions } from './many-sessions.ts'
import { me } from './me.ts'
import { oldBackends } from './old-backends.ts'
import { overload } from './overload.ts'
import { pages } from './pages.ts'
import { peers } from './peers.ts'
import { people } from './people.ts'
import { refresh } from './refresh.ts'
import { sessionCode } from './session-code.ts'
import { start } from './start.ts'
import { token } from './token.ts'
import { upload } from './upload.ts'
import { webhooks } from './webhooks.ts'

export const figures: readonly Figure[] = [
  login,
  token,
  me,
  overload,
  start,
  growth,
  peers,
  refresh,
  sessionCode,
  apiKey,
  manySessions,
  upload,
  addresses,
  mail,
  codes,
  audit,
  webhooks,
  people,
  oldBackends,
  imports,
  guard,
  pages,
]
