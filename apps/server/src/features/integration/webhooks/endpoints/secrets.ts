import { randomBytes } from 'node:crypto'
import type { Sealer, SealingContext } from '../../../../platform/crypto/sealing.ts'
import type { WebhookId } from '../../../../platform/kernel/ids.ts'
import { isAhead } from '../../../../platform/kernel/time-bounds.ts'
import { overlapMaxSeconds, type SealedSecrets } from './model.ts'

/** Of Standard Webhooks: secret scanners and libraries know it. */
const prefix = 'whsec_'
const secretBytes = 32

/** 256 random bits. They are shown once, and sealed: unlike a password, the server must know the secret to sign. */
export function newSecret(): string {
  return prefix + randomBytes(secretBytes).toString('base64')
}

/** Both secrets of an endpoint are sealed for the same place, so that the current one can become the previous one. */
export function sealingContextOf(id: WebhookId): SealingContext {
  return { purpose: 'webhook_endpoints.secret', id }
}

/** The keys that sign now: one, or two while a secret is replaced. */
export function signingKeys(
  sealer: Pick<Sealer, 'open'>,
  id: WebhookId,
  { secrets: { current, previous, previousUntil }, now }: { secrets: SealedSecrets; now: Date },
): readonly Uint8Array[] {
  const isOverlapping = previousUntil !== null && isAhead(previousUntil, now, overlapMaxSeconds * 1_000)
  const sealed = previous !== null && isOverlapping ? [current, previous] : [current]
  return sealed.map((each) => {
    const secret = sealer.open(each, sealingContextOf(id))
    return Buffer.from(secret.slice(prefix.length), 'base64')
  })
}
