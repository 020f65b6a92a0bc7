import type { Language } from '../../languages/model.ts'
import type { Block, Fact } from '../mail/model.ts'
import type { SecurityContext } from '../model.ts'

/** Lets the owner of an account recognize their own action. */
export function contextFacts(language: Language, context: SecurityContext): Block {
  const say = language.sentences('common')
  const { browser, system } = context.device
  const device =
    browser === null || system === null ? (browser ?? system) : say('browser_on_system', { browser, system })
  return {
    kind: 'facts',
    facts: [
      ...timeFacts(language, context).facts,
      [say('device'), device ?? say('unknown_device')],
      [say('network'), context.network ?? say('unknown_network')],
    ],
  }
}

/** Only the time, for an act of an administrator: where they were is not for the owner to know. */
export function timeFacts(
  language: Language,
  { at }: Pick<SecurityContext, 'at'>,
): Block & { readonly facts: readonly Fact[] } {
  return { kind: 'facts', facts: [[language.sentences('common')('when'), language.time(at)]] }
}
