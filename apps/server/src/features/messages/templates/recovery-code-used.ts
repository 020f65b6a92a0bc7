import { contextFacts } from './facts.ts'
import { notice } from './notice.ts'
import type { Template } from './template.ts'

export interface RecoveryCodeFacts {
  /** How many recovery codes the account has left. */
  readonly left: number
}

/** ASVS 6.3.7. The code may have been stolen, and its owner must know when to make new ones. */
export const recoveryCodeUsed: Template<RecoveryCodeFacts> = (language, { sender, context, left }) => {
  const say = language.sentences('recovery_code_used', { service: sender.name, left: String(left) })
  return notice(say, contextFacts(language, context), ['left', 'expected', 'get_help'])
}
