import { randomSecret } from '../../../platform/crypto/random.ts'
import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { Account } from '../../../platform/kernel/account.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { type AccountId, newId, type PictureId, timeOf } from '../../../platform/kernel/ids.ts'
import { type Limiter, takeOrThrow } from '../../../platform/kernel/limiter.ts'
import type { Bearer } from '../../../platform/kernel/principal.ts'
import {
  invalidFields,
  invalidToken,
  notFound,
  overloaded,
  tooLarge,
  unavailable,
  unsupportedMediaType,
} from '../../../platform/kernel/problems.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { AccountsService } from '../accounts/service.ts'
import type { Decoder } from './decoding/decoder.ts'
import { DecoderEnded } from './decoding/decoder-process.ts'
import type { Verdict } from './decoding/verdict.ts'
import { looksLikeImage } from './image-format.ts'
import {
  defaultForm,
  type Form,
  fileName,
  formOf,
  type Image,
  largestForm,
  mediaTypes,
  type Picture,
  type PictureFile,
  refusals,
  type StoreName,
} from './model.ts'
import { placeholder } from './placeholder.ts'
import type { PicturesRepository } from './repository.ts'
import type { PictureStore } from './stores/store.ts'

export interface PicturesServiceOptions {
  readonly db: Database
  readonly pictures: PicturesRepository
  readonly accounts: Pick<AccountsService, 'lockActive'>
  readonly audit: Pick<AuditService, 'success'>
  readonly limiter: Limiter
  readonly clock: Clock
  readonly decoder: Pick<Decoder, 'decode'>
  /** Null where the files lie in the database. */
  readonly store: PictureStore | null
  readonly publicUrl: () => string
  readonly sizeMaxBytes: number
  readonly uploadsPerHour: number
}

/** In one process. Each is held in memory from its first byte on, so there must not be any number of them. */
const uploadsAtOnce = 16
const uploadsAtOnceOfOne = 2
/** No upload takes so long; what is younger may be about to become somebody's picture. */
const orphanAgeMs = 3_600_000

export class PicturesService {
  readonly #options: PicturesServiceOptions
  readonly #underWay = new Map<AccountId, number>()

  constructor(options: PicturesServiceOptions) {
    this.#options = options
  }

  /**
   * Before any of an image is read.
   * @returns what is called when its answer has been sent
   * @throws `rate_limited`, `overloaded`
   */
  async admit(accountId: AccountId): Promise<() => void> {
    const { limiter, uploadsPerHour: quota } = this.#options
    const policy = { name: 'pictures', quota, windowSeconds: 3_600 }
    await takeOrThrow(limiter, policy, accountId)
    const all = [...this.#underWay.values()].reduce((sum, each) => sum + each, 0)
    const own = this.#underWay.get(accountId) ?? 0
    if (all >= uploadsAtOnce || own >= uploadsAtOnceOfOne)
      throw new Failure(overloaded, { retryAfterSeconds: 5 })
    this.#underWay.set(accountId, own + 1)
    return () => this.#leave(accountId)
  }

  async find(accountId: AccountId, db: Database = this.#options.db): Promise<Picture | null> {
    return await this.#options.pictures.find(db, accountId, this.#storeName)
  }

  /** At which anybody sees it who was told so. */
  urlOf({ token }: Picture): string {
    return `${this.#options.publicUrl()}/v1/pictures/${token}/${fileName(defaultForm)}`
  }

  /**
   * Makes a picture of the image, in the place of the one before.
   * @throws `too_large`, `unsupported_media_type`, `validation_failed`, `overloaded`, `unavailable`, `invalid_token`
   */
  async replace(caller: Bearer, image: Buffer, context: RequestContext): Promise<Picture> {
    const { accountId } = caller
    const files = await this.#decode(accountId, image)
    const picture = { accountId, id: newId<PictureId>(), token: randomSecret('') }
    // Nothing slow within the transaction; and a picture is never committed before its files are there. Where the commit
    // fails they stay, since it may have come through: if not, they are found as orphans.
    await this.#options.store?.write(picture.id, files)
    const before = await this.#commit(caller, { ...picture, files }, context)
    await this.discard(before)
    return picture
  }

  /** That there was none is no failure. */
  async remove(caller: Bearer, context: RequestContext): Promise<void> {
    const { audit, db, pictures } = this.#options
    const before = await inTransaction(db, async (transaction) => {
      const found = await this.find(caller.accountId, transaction)
      const wasThere = await pictures.delete(transaction, caller.accountId)
      if (wasThere) await audit.success(transaction, 'picture_deletion', caller, context)
      return found
    })
    await this.discard(before)
  }

  /** The owner's, or what stands in for it. */
  async own(account: Account, form: Form): Promise<Image> {
    const picture = await this.find(account.id)
    const image = picture === null ? null : await this.#read(picture, form)
    if (image !== null) return image
    const content = Buffer.from(placeholder(account, form.size))
    return { mediaType: mediaTypes.svg, content, name: `picture-${form.size}.svg` }
  }

  /** For its owner to take along: the picture, in the largest of its forms. */
  async filesOf(accountId: AccountId) {
    const picture = await this.find(accountId)
    const image = picture === null ? null : await this.#read(picture, largestForm)
    if (image === null) return []
    const read = async function* () {
      yield image.content
    }
    return [{ name: image.name, read }]
  }

  /** Whoever has the address may see it. @throws `not_found` */
  async open(token: string, name: string): Promise<Image> {
    const { db, pictures } = this.#options
    const form = formOf(name)
    if (form === null || !/^[\w-]{43}$/.test(token)) throw new Failure(notFound)
    const picture = await pictures.findByToken(db, token, this.#storeName)
    const image = picture === null ? null : await this.#read(picture, form)
    if (image === null) throw new Failure(notFound)
    return image
  }

  /**
   * Deletes the files of a picture that is nobody's any more. Its address leads nowhere since that was committed, so a
   * store that is down does not undo it: what is left is found when orphans are deleted.
   */
  async discard(picture: Pick<Picture, 'id'> | null): Promise<void> {
    if (picture === null) return
    await this.#options.store?.delete(picture.id).catch(() => undefined)
  }

  /** @returns what takes away the picture of an account that is being erased, once that has been committed */
  async removal(transaction: Transaction, accountId: AccountId): Promise<() => Promise<void>> {
    const picture = await this.find(accountId, transaction)
    return () => this.discard(picture)
  }

  /** @returns of how many pictures files are gone that nobody's picture had, `limit` at the most */
  async purge(limit: number): Promise<number> {
    const { store } = this.#options
    if (store === null) return 0
    let deleted = 0
    for await (const ids of store.list()) {
      for (const id of await this.#orphansAmong(ids)) {
        if (deleted === limit) return deleted
        await store.delete(id)
        deleted += 1
      }
    }
    return deleted
  }

  get #storeName(): StoreName {
    return this.#options.store?.name ?? 'database'
  }

  #leave(accountId: AccountId): void {
    const own = (this.#underWay.get(accountId) ?? 0) - 1
    if (own > 0) this.#underWay.set(accountId, own)
    else this.#underWay.delete(accountId)
  }

  async #decode(accountId: AccountId, image: Buffer): Promise<readonly PictureFile[]> {
    if (image.length > this.#options.sizeMaxBytes) throw new Failure(tooLarge)
    if (!looksLikeImage(image)) throw notAnImage()
    return filesOf(await this.#options.decoder.decode(image, accountId).catch(explain))
  }

  /** @returns the picture before */
  async #commit(
    caller: Bearer,
    { files, ...picture }: Picture & { files: readonly PictureFile[] },
    context: RequestContext,
  ): Promise<Picture | null> {
    const { audit, db, pictures, accounts, clock, store } = this.#options
    const { accountId } = picture
    return await inTransaction(db, async (transaction) => {
      // Decoding took its time: nobody gets a picture whose account was suspended or erased meanwhile.
      if (!(await accounts.lockActive(transaction, accountId))) throw new Failure(invalidToken)
      const before = await this.find(accountId, transaction)
      await pictures.delete(transaction, accountId)
      await pictures.insert(transaction, { ...picture, store: this.#storeName, createdAt: clock.now() })
      if (store === null) await pictures.insertFiles(transaction, accountId, files)
      await audit.success(transaction, 'picture_change', caller, context)
      return before
    })
  }

  async #read(picture: Picture, form: Form): Promise<Image | null> {
    const { db, pictures, store } = this.#options
    const name = fileName(form)
    const content =
      store === null ? await pictures.readFile(db, picture, name) : await store.read(picture.id, name)
    return content && { mediaType: mediaTypes[form.format], content, name: `picture-${name}` }
  }

  async #orphansAmong(ids: readonly PictureId[]): Promise<PictureId[]> {
    const { db, pictures, clock } = this.#options
    const before = clock.now().getTime() - orphanAgeMs
    const old = ids.filter((id) => timeOf(id) < before)
    const known = await pictures.filterKnown(db, old)
    return old.filter((id) => !known.has(id))
  }
}

function filesOf(verdict: Verdict): readonly PictureFile[] {
  if (verdict.kind === 'files') return verdict.files
  const { reason } = verdict
  if (reason === 'unknown_format') throw notAnImage()
  throw invalidFields({ pointer: '', code: reason, detail: refusals[reason] })
}

// It may have been killed by the system for want of memory, which is no fault of the image's.
function explain(error: unknown): never {
  if (error instanceof DecoderEnded) throw new Failure(unavailable, { retryAfterSeconds: 1, cause: error })
  throw error
}

function notAnImage(): Failure {
  const detail = 'This is no JPEG, PNG, WebP, AVIF or GIF image, whatever it is called. Send one of these.'
  return new Failure(unsupportedMediaType, { detail })
}
