import type { Figure } from './figure.ts'
import { growth } from './growth.ts'
import { login } from './login.ts'
import { me } from './me.ts'
import { overload } from './overload.ts'
import { peers } from './peers.ts'
import { start } from './start.ts'
import { token } from './token.ts'

export const figures: readonly Figure[] = [login, token, me, overload, start, growth, peers]
