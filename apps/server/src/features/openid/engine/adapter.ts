import type { Adapter, AdapterPayload } from 'oidc-provider'
import { type AccountId, type ClientId, isId, type SessionId } from '../../../platform/kernel/ids.ts'
import { acrOf } from '../../../platform/kernel/principal.ts'
import type { EntriesService } from '../entries/service.ts'
import { interactionSeconds } from '../model.ts'
import { browsers } from './browser.ts'
import { entryDigest } from './digest.ts'

/** What the provider finds elsewhere than among its entries. */
export interface Sources {
  readonly entries: EntriesService
  /** The metadata of a client; undefined if there is none that may use the provider. */
  readonly findClient: (id: string) => Promise<AdapterPayload | undefined>
  /** What a valid access token says; undefined for any other text. */
  readonly findAccessToken: (token: string) => Promise<AdapterPayload | undefined>
  /** Ends a grant, its sessions, and everything that could become one. */
  readonly endGrant: (id: string) => Promise<void>
  readonly now: () => Date
}

/** Stores the models of the provider. Each gets an adapter of its own. */
export function adapterFor(kind: string, sources: Sources): Adapter {
  switch (kind) {
    case 'Client':
      return readOnly((id) => sources.findClient(id))
    case 'AccessToken':
      return readOnly((token) => sources.findAccessToken(token))
    case 'Session':
      return new SessionAdapter(sources)
    case 'ReplayDetection':
      return new OnceAdapter(kind, sources)
    default:
      return new EntryAdapter(kind, sources)
  }
}

/** Nothing is stored: clients are changed elsewhere, and access tokens are issued elsewhere. */
function readOnly(find: (id: string) => Promise<AdapterPayload | undefined>): Adapter {
  const nothing = async () => undefined
  return {
    find,
    findByUid: nothing,
    findByUserCode: nothing,
    upsert: nothing,
    consume: nothing,
    destroy: nothing,
    revokeByGrantId: nothing,
  }
}

class EntryAdapter implements Adapter {
  protected readonly kind: string
  protected readonly sources: Sources

  constructor(kind: string, sources: Sources) {
    this.kind = kind
    this.sources = sources
  }

  async upsert(id: string, payload: AdapterPayload, lifeSeconds: number): Promise<void> {
    await this.sources.entries.save(this.entryOf(id, payload, lifeSeconds))
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    const entry = await this.sources.entries.find(entryDigest(this.kind, id))
    if (entry === null) return undefined
    const { payload, consumedAt } = entry
    return {
      ...payload,
      jti: id,
      ...(consumedAt !== null && { consumed: Math.floor(consumedAt.getTime() / 1_000) }),
    }
  }

  findByUid(): Promise<undefined> {
    return Promise.resolve(undefined)
  }

  findByUserCode(): Promise<undefined> {
    return Promise.resolve(undefined)
  }

  /** Throws for everyone but the first (RFC 6749 §4.1.2, A107). */
  async consume(id: string): Promise<void> {
    if (await this.sources.entries.consume(entryDigest(this.kind, id))) return
    const { errors } = await import('oidc-provider')
    throw new errors.InvalidGrant('it was used already')
  }

  async destroy(id: string): Promise<void> {
    if (this.kind === 'Grant') await this.sources.endGrant(id)
    else await this.sources.entries.delete(entryDigest(this.kind, id))
  }

  /** `destroy` of the grant does it, in one transaction with its sessions. */
  revokeByGrantId(): Promise<undefined> {
    return Promise.resolve(undefined)
  }

  protected entryOf(id: string, { jti: _id, ...payload }: AdapterPayload, lifeSeconds: number) {
    const { grantId, accountId, clientId } = payload
    return {
      digest: entryDigest(this.kind, id),
      kind: this.kind,
      grantId: grantId ?? null,
      accountId: idOf<AccountId>(accountId ?? ownerOf(payload)),
      clientId: idOf<ClientId>(clientId),
      sessionId: idOf<SessionId>(payload['sessionUid']),
      payload,
      consumedAt: null,
      expiresAt: new Date(this.sources.now().getTime() + this.#keptSeconds(lifeSeconds) * 1_000),
    }
  }

  /** A grant is kept longer once an application has used it. Most that it has not used are of pages that someone has left. */
  #keptSeconds(lifeSeconds: number): number {
    return this.kind === 'Grant' ? Math.min(lifeSeconds, interactionSeconds) : lifeSeconds
  }
}

/** For ids that may be used once: whoever stores one first has used it. */
class OnceAdapter extends EntryAdapter {
  override async upsert(id: string, payload: AdapterPayload, lifeSeconds: number): Promise<void> {
    if (await this.sources.entries.add(this.entryOf(id, payload, lifeSeconds))) return
    const { errors } = await import('oidc-provider')
    throw new errors.InvalidRequest('it was used already')
  }
}

/**
 * The session of the provider is that of the hosted pages: whoever ends the one has ended the other. Only what the
 * provider adds to it is stored here: to which applications the person has signed in, and what the page of a sign-out asks.
 */
class SessionAdapter extends EntryAdapter {
  constructor(sources: Sources) {
    super('Session', sources)
  }

  override async find(id: string): Promise<AdapterPayload | undefined> {
    const principal = browsers.getStore()?.principal
    if (principal?.sessionId !== id) return undefined
    const { accountId, authentication, sessionEndsAt } = principal
    const added = await this.sources.entries.find(entryDigest(this.kind, id))
    return {
      ...added?.payload,
      kind: this.kind,
      jti: id,
      uid: id,
      accountId,
      loginTs: Math.floor(authentication.authenticatedAt.getTime() / 1_000),
      amr: [...authentication.amr],
      acr: acrOf(authentication.amr),
      exp: Math.floor(sessionEndsAt.getTime() / 1_000),
    }
  }

  /** Also if the provider has given it another id: for us it is the same session. */
  override async upsert(_id: string, { authorizations, state }: AdapterPayload): Promise<void> {
    const principal = browsers.getStore()?.principal ?? null
    if (principal === null) return
    const { accountId, sessionEndsAt, sessionId } = principal
    await this.sources.entries.save({
      digest: entryDigest(this.kind, sessionId),
      kind: this.kind,
      grantId: null,
      accountId,
      clientId: null,
      sessionId,
      payload: { authorizations, state },
      consumedAt: null,
      expiresAt: sessionEndsAt,
    })
  }

  /** The provider also calls it for an id that it replaces. The route of the sign-out ends the session. */
  override destroy(): Promise<void> {
    return Promise.resolve()
  }
}

/** The person who was signed in when a request began. */
function ownerOf({ session }: AdapterPayload): string | undefined {
  return session?.accountId
}

function idOf<T extends AccountId | ClientId | SessionId>(value: unknown): T | null {
  return typeof value === 'string' && isId<T>(value) ? value : null
}
