import { Failure, type Problem } from '../platform/kernel/failures.ts'
import { ask, notConfirmed } from './ask.ts'

const confirmationNeeded: Problem = {
  code: 'confirmation_needed',
  kind: 'forbidden',
  title: 'Confirmation needed',
  advice:
    'This cannot be undone, and without a terminal the command cannot ask you. Add --yes to confirm it. Nothing was changed.',
}

/**
 * Asks a person at a terminal. A script must have confirmed with --yes, because a command in the wrong folder, or with
 * the wrong settings, would otherwise destroy data without a question.
 * @throws `not_confirmed`, `confirmation_needed`
 */
export async function confirm(question: string, { yes }: { readonly yes: true | undefined }): Promise<void> {
  if (yes === true) return
  if (!process.stdin.isTTY) throw new Failure(confirmationNeeded)
  const answer = await ask(`${question} [y/N] `, { echo: true })
  if (!/^y(es)?$/i.test(answer.trim())) throw new Failure(notConfirmed)
}
