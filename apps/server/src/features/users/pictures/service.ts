import { randomSecret } from '../../../platform/crypto/random.ts'
import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { Account } from '../../../platform/kernel/account.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import { hourMs } from '../../../platform/kernel/durations.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { type AccountId, newId, type PictureId, timeOf } from '../../../platform/kernel/ids.ts'
import { type Limiter, takeOrThrow } from '../../../platform/kernel/limiter.ts'
import { type Place, Places } from '../../../platform/kernel/places.ts'
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
import { clientKeyOf, noRequest, type RequestContext } from '../../../platform/kernel/request-context.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { AccountsService } from '../accounts/service.ts'
import type { Decoder } from './decoding/decoder.ts'
import { DecoderEnded } from './decoding/decoder-process.ts'
import type { Verdict } from './decoding/verdict.ts'
import { looksLikeImage } from './image-format.ts'
import {
  defaultVariant,
  fileName,
  type Image,
  largestVariant,
  mediaTypes,
  type Picture,
  type PictureFile,
  rejections,
  uploadsAtOnce,
  type Variant,
  variantOf,
} from './model.ts'
import { placeholder } from './placeholder.ts'
import type { PicturesRepository } from './repository.ts'
import type { PictureStore, StoreInTransaction } from './stores/store.ts'

export interface PicturesServiceOptions {
  readonly db: Database
  readonly pictures: PicturesRepository
  readonly accounts: Pick<AccountsService, 'lockActive'>
  readonly audit: Pick<AuditService, 'success'>
  readonly limiter: Limiter
  readonly clock: Clock
  readonly decoder: Pick<Decoder, 'decode'>
  readonly store: PictureStore
  readonly publicUrl: () => string
  readonly sizeMaxBytes: number
  readonly uploadsPerHour: number
}

/** No upload takes this long. A younger file may belong to a picture that is about to be committed. */
const orphanAgeMs = hourMs

/** Stores, serves and deletes profile pictures. */
export class PicturesService {
  readonly #options: PicturesServiceOptions
  readonly #uploads = new Places(uploadsAtOnce)

  constructor(options: PicturesServiceOptions) {
    this.#options = options
  }

  /**
   * Admits an upload before any of the image is read.
   * @param onReclaimed called if the upload must make room for another one
   * @returns the place, to be given back when the response has been sent
   * @throws `rate_limited`, `overloaded`
   */
  async admit(accountId: AccountId, context: RequestContext, onReclaimed: () => void): Promise<Place> {
    const { limiter, uploadsPerHour: quota } = this.#options
    const place = this.#uploads.take({ client: clientKeyOf(context), account: accountId }, onReclaimed)
    if (place === null) throw new Failure(overloaded, { retryAfterSeconds: 5 })
    try {
      // After the place: an upload that is refused because others are busy must not use up the owner's limit.
      await takeOrThrow(limiter, { name: 'pictures', quota, windowSeconds: 3_600 }, accountId)
      return place
    } catch (error) {
      place.release()
      throw error
    }
  }

  async find(db: Database, accountId: AccountId): Promise<Picture | null> {
    const { pictures, store } = this.#options
    return await pictures.find(db, accountId, store.name)
  }

  /** Anyone who knows this address may see the picture. */
  urlOf({ token }: Picture): string {
    return `${this.#options.publicUrl()}/v1/pictures/${token}/${fileName(defaultVariant)}`
  }

  /**
   * Turns the image into a picture, which replaces the previous one.
   * @throws `too_large`, `unsupported_media_type`, `validation_failed`, `overloaded`, `unavailable`, `invalid_token`
   */
  async replace(caller: Bearer, image: Buffer, context: RequestContext): Promise<Picture> {
    const { accountId } = caller
    const files = await this.#decode(accountId, image, context)
    const picture = { accountId, id: newId<PictureId>(), token: randomSecret('') }
    // The files are written before the transaction: nothing in a transaction may be slow, and no picture may be
    // committed without its files. If the commit fails, the files stay, because it may have succeeded after all. If it
    // did not, a purge finds them as orphans.
    const storeRest = await this.#options.store.write(picture, files)
    const previous = await this.#commit(caller, picture, { storeRest, context })
    await this.discard(previous)
    return picture
  }

  /**
   * Turns an image into the picture of an account that does not exist yet. Store it in the transaction that creates the
   * account.
   * @throws as `replace`, without `invalid_token`
   */
  async prepare(accountId: AccountId, image: Buffer): Promise<StoreInTransaction> {
    const { clock, pictures, store } = this.#options
    const files = await this.#decode(accountId, image, noRequest)
    const picture = { accountId, id: newId<PictureId>(), token: randomSecret('') }
    const storeRest = await store.write(picture, files)
    return async (transaction) => {
      await pictures.insert(transaction, { ...picture, store: store.name, createdAt: clock.now() })
      await storeRest(transaction)
    }
  }

  /** The largest image that becomes a picture. */
  get sizeMaxBytes(): number {
    return this.#options.sizeMaxBytes
  }

  /** Deletes the picture, if there is one. */
  async remove(caller: Bearer, context: RequestContext): Promise<void> {
    const { audit, db, pictures } = this.#options
    const previous = await inTransaction(db, async (transaction) => {
      const found = await this.find(transaction, caller.accountId)
      const wasThere = await pictures.delete(transaction, caller.accountId)
      if (wasThere) await audit.success(transaction, 'picture_deletion', caller, context)
      return found
    })
    await this.discard(previous)
  }

  /** Returns the picture of the account; null if there is none. */
  async read(accountId: AccountId, variant: Variant): Promise<Image | null> {
    const picture = await this.find(this.#options.db, accountId)
    return picture === null ? null : await this.#read(picture, variant)
  }

  /** Returns the picture of the account, or a placeholder. */
  async own(account: Account, variant: Variant): Promise<Image> {
    const image = await this.read(account.id, variant)
    if (image !== null) return image
    const content = Buffer.from(placeholder(account, variant.size))
    return { mediaType: mediaTypes.svg, content, name: `picture-${variant.size}.svg` }
  }

  /** Returns the files for the export: the largest variant of the picture. */
  async exportFiles(accountId: AccountId) {
    const image = await this.read(accountId, largestVariant)
    if (image === null) return []
    const read = async function* () {
      yield image.content
    }
    return [{ name: image.name, read }]
  }

  /** Returns a picture to anyone who knows its address. @throws `not_found` */
  async open(token: string, name: string): Promise<Image> {
    const { db, pictures, store } = this.#options
    const variant = variantOf(name)
    if (variant === null || !/^[\w-]{43}$/.test(token)) throw new Failure(notFound)
    const picture = await pictures.findByToken(db, token, store.name)
    const image = picture === null ? null : await this.#read(picture, variant)
    if (image === null) throw new Failure(notFound)
    return image
  }

  /**
   * Deletes the files of a picture that was replaced or deleted. Its address no longer works since that commit, so an
   * outage of the store is not an error: a purge finds the files as orphans.
   */
  async discard(picture: Pick<Picture, 'id'> | null): Promise<void> {
    if (picture === null) return
    await this.#options.store.delete(picture.id).catch(() => undefined)
  }

  /**
   * Prepares to erase the picture of an account.
   * @returns a function that deletes its files, to call after the commit
   */
  async prepareErasure(transaction: Transaction, accountId: AccountId): Promise<() => Promise<void>> {
    const picture = await this.find(transaction, accountId)
    return () => this.discard(picture)
  }

  /** Deletes files that belong to no picture. @returns for how many picture ids, at most `limit` */
  async purge(limit: number): Promise<number> {
    const { store } = this.#options
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

  async #decode(
    accountId: AccountId,
    image: Buffer,
    context: RequestContext,
  ): Promise<readonly PictureFile[]> {
    const { sizeMaxBytes } = this.#options
    if (image.length > sizeMaxBytes) throw pictureTooLarge(sizeMaxBytes)
    if (!looksLikeImage(image)) throw notAnImage()
    const holder = { client: clientKeyOf(context), account: accountId }
    return acceptedFiles(await this.#options.decoder.decode(image, holder).catch(explain))
  }

  /** @returns the previous picture */
  async #commit(
    caller: Bearer,
    picture: Picture,
    { storeRest, context }: { storeRest: StoreInTransaction; context: RequestContext },
  ): Promise<Picture | null> {
    const { audit, db, pictures, accounts, clock, store } = this.#options
    const { accountId } = picture
    return await inTransaction(db, async (transaction) => {
      // Decoding takes time, and the account may have been suspended or erased in the meantime.
      if (!(await accounts.lockActive(transaction, accountId))) throw new Failure(invalidToken)
      const previous = await this.find(transaction, accountId)
      await pictures.delete(transaction, accountId)
      await pictures.insert(transaction, { ...picture, store: store.name, createdAt: clock.now() })
      await storeRest(transaction)
      await audit.success(transaction, 'picture_change', caller, context)
      return previous
    })
  }

  async #read(picture: Picture, variant: Variant): Promise<Image | null> {
    const name = fileName(variant)
    const content = await this.#options.store.read(picture, name)
    return content && { mediaType: mediaTypes[variant.format], content, name: `picture-${name}` }
  }

  async #orphansAmong(ids: readonly PictureId[]): Promise<PictureId[]> {
    const { db, pictures, clock } = this.#options
    const before = clock.now().getTime() - orphanAgeMs
    const old = ids.filter((id) => timeOf(id) < before)
    const known = await pictures.filterKnown(db, old)
    return old.filter((id) => !known.has(id))
  }
}

function acceptedFiles(verdict: Verdict): readonly PictureFile[] {
  if (verdict.kind === 'files') return verdict.files
  const { reason } = verdict
  if (reason === 'unknown_format') throw notAnImage()
  throw invalidFields({ pointer: '', code: reason, detail: rejections[reason] })
}

// The system may have killed the process for lack of memory, which is not the fault of the image.
function explain(error: unknown): never {
  if (error instanceof DecoderEnded) throw new Failure(unavailable, { retryAfterSeconds: 1, cause: error })
  throw error
}

function pictureTooLarge(sizeMaxBytes: number): Failure {
  const most = sizeMaxBytes.toLocaleString('en-US')
  return new Failure(tooLarge, { detail: `The picture is too large. Send at most ${most} bytes.` })
}

function notAnImage(): Failure {
  const detail =
    'This is not a JPEG, PNG, WebP, AVIF or GIF image, despite its name or media type. Send one of these.'
  return new Failure(unsupportedMediaType, { detail })
}
