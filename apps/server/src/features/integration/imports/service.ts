import type { Clock } from '../../../platform/kernel/clock.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import type { RoleDefinitions } from '../../authorization/roles/definitions/service.ts'
import { rolesOfServerMax } from '../../authorization/roles/model.ts'
import type { IdentifiersService } from '../../users/accounts/identifiers/service.ts'
import type { PicturesService } from '../../users/pictures/service.ts'
import type { ProfilesService } from '../../users/profiles/service.ts'
import { chooseVariant } from './maps/choose-variant.ts'
import type { ImportMap, MapVariant } from './maps/format.ts'
import { loadMap } from './maps/load-map.ts'
import { mapInvalid, type OnProgress, type Row, tooManyQuestions } from './model.ts'
import { applyAnswers, askQuestions } from './questions/answer-questions.ts'
import { GeneralTopics, sharedTopics, takenTopics } from './questions/find-topics.ts'
import type { Answers, Question, Topic } from './questions/model.ts'
import { type ReportedRow, reportedRow, type Summary, SummaryCounter } from './report/model.ts'
import { rolesFor } from './rows/read-roles.ts'
import type { RowRules } from './rows/rules.ts'
import { openSource } from './sources/open-source.ts'
import type { Source } from './sources/source.ts'
import { Comparison, type ComparisonOptions } from './staging/compare.ts'
import { outcomes } from './staging/model.ts'
import { StagingRepository } from './staging/repository.ts'
import { stageRows } from './staging/stage-rows.ts'
import { type CredentialsOptions, ImportedCredentials } from './writing/credentials.ts'
import { type ImportJob, ImportWriter, type ImportWriterOptions } from './writing/service.ts'
import { writeStaged } from './writing/write-staged.ts'

export interface ImportsOptions extends ImportWriterOptions, ComparisonOptions, CredentialsOptions {
  readonly bulkAccounts: ImportWriterOptions['bulkAccounts'] & ComparisonOptions['bulkAccounts']
  readonly externalIds: ImportWriterOptions['externalIds'] & ComparisonOptions['externalIds']
  readonly clock: Clock
  readonly userSecrets: ImportWriterOptions['userSecrets'] & CredentialsOptions['userSecrets']
  readonly identifiers: Pick<IdentifiersService, 'rules'>
  readonly pictures: Pick<PicturesService, 'prepare' | 'sizeMaxBytes'>
  readonly profiles: Pick<ProfilesService, 'createAll' | 'readAcceptable'>
  readonly roleDefinitions: Pick<RoleDefinitions, 'list'>
}

export interface ImportRequest {
  /** A URL or a file. */
  readonly from: string
  /** The name of a map that comes with Proxima, or a file. */
  readonly map: string
  readonly answers: Answers
  /** Accounts without a usable password are checked by the old backend at their first sign-in. */
  readonly verifiesLater?: boolean
  readonly onProgress: OnProgress
}

/** An import that was read and compared, and of which nothing is stored yet. Close it. */
export interface PreparedImport {
  readonly source: string
  readonly variant: string
  readonly questions: readonly Question[]
  /** What would become of each row; after `write`, what became of it. */
  report(): Generator<ReportedRow, void>
  summary(): Summary
  /** Stores the accounts. If it is stopped at any point, the next import continues there. */
  write(onProgress: OnProgress): Promise<void>
  close(): void
}

/** A person would not answer more, and their cause is usually a wrong map. */
const questionsMax = 5_000

/** Imports the users of an old backend. */
export class ImportsService {
  readonly #options: ImportsOptions
  readonly #writer: ImportWriter

  constructor(options: ImportsOptions) {
    this.#options = options
    this.#writer = new ImportWriter(options)
  }

  /**
   * Reads all users, compares them with each other and with the accounts of this server, and applies the answers.
   * Changes nothing.
   * @throws `map_invalid`, `map_unfit`, `source_unreadable`, `source_malformed`, `answers_invalid`,
   * `too_many_questions`
   */
  async prepare({
    answers,
    from,
    map: mapName,
    onProgress,
    verifiesLater = false,
  }: ImportRequest): Promise<PreparedImport> {
    const map = await loadMap(mapName)
    await this.#assertRoles(map)
    const source = await openSource(from)
    const staging = new StagingRepository()
    try {
      const variant = await chooseVariant(map, (each) => source.columnsOf(each))
      const credentials = new ImportedCredentials(this.#options, variant, verifiesLater)
      const rules = await this.#rulesFor(map, variant, source, credentials)
      await stageRows(source, staging, { rules, onProgress })
      const topics = await this.#topicsOf(map, variant, staging, onProgress)
      const questions = askQuestions(topics, answers, staging)
      const rolesOf = (value: string) => rolesFor(variant.fields.roles, value)
      applyAnswers(topics, answers, { staging, rules: { isReserved: rules.isReserved, rolesOf } })
      return this.#prepared({ map, variant, staging, credentials, questions })
    } catch (error) {
      staging.close()
      throw error
    } finally {
      await source.close()
    }
  }

  #prepared(ready: {
    readonly map: ImportMap
    readonly variant: MapVariant
    readonly staging: StagingRepository
    readonly credentials: ImportedCredentials
    readonly questions: readonly Question[]
  }): PreparedImport {
    const { credentials, map, questions, staging, variant } = ready
    const keyOf = (position: number) => staging.get(position).key
    const job: ImportJob = {
      source: map.source,
      credentialsOf: (account) => credentials.of(account),
      picture: (position) => {
        const picture = staging.picture(position)
        return picture === null ? null : Buffer.from(picture)
      },
    }
    const report = function* () {
      for (const row of staging.all()) yield reportedRow(row, keyOf)
    }
    return {
      source: map.source,
      variant: variant.name,
      questions,
      report,
      summary: () => {
        const counter = new SummaryCounter()
        for (const row of report()) counter.add(row)
        return counter.summary(outcomes)
      },
      write: (onProgress) => writeStaged(this.#writer, job, { staging, onProgress }),
      close: () => staging.close(),
    }
  }

  async #topicsOf(
    map: ImportMap,
    variant: MapVariant,
    staging: StagingRepository,
    onProgress: OnProgress,
  ): Promise<readonly Topic[]> {
    const general = new GeneralTopics((value) => rolesFor(variant.fields.roles, value))
    const comparison = new Comparison(this.#options, map.source, staging)
    const taken = await comparison.run((row) => general.add(row), onProgress)
    const shared = staging.sharedClaims(questionsMax + 1)
    const topics = [
      ...general.topics,
      ...sharedTopics(shared, (position) => staging.get(position).key),
      ...takenTopics(taken),
    ]
    if (topics.length <= questionsMax) return topics
    const detail = `There are more than ${questionsMax} questions. ${tooManyQuestions.advice}`
    throw new Failure(tooManyQuestions, { detail })
  }

  async #rulesFor(
    map: ImportMap,
    variant: MapVariant,
    source: Source,
    credentials: ImportedCredentials,
  ): Promise<RowRules> {
    const { clock, identifiers, pictures, profiles } = this.#options
    const { costlyNumbers, defaultRegion, isReserved } = identifiers.rules
    return {
      variant,
      region: map.region ?? defaultRegion,
      costlyNumbers,
      isReserved,
      readProfile: (patch) => profiles.readAcceptable(patch),
      refuseHash: (text, salt) => credentials.refuseHash(text, salt),
      refuseSecret: (secret) => credentials.refuseSecret(secret),
      pictureSizeMaxBytes: pictures.sizeMaxBytes,
      lookups: await lookupsOf(variant, source),
      now: clock.now().getTime(),
    }
  }

  /** A role that does not exist would stop the import in the middle. */
  async #assertRoles(map: ImportMap): Promise<void> {
    const given = map.variants.flatMap(({ fields }) => Object.values(fields.roles?.values ?? {}).flat())
    if (given.length === 0) return
    const roles = await this.#options.roleDefinitions.list({ after: '', limit: rolesOfServerMax })
    const missing = [...new Set(given)].filter((name) => !roles.some((role) => role.name === name))
    if (missing.length === 0) return
    const detail = `This server has no role ${missing.join(', ')}. Create it, or change the roles in the map.`
    throw new Failure(mapInvalid, { detail })
  }
}

async function lookupsOf(
  { fields }: MapVariant,
  source: Source,
): Promise<ReadonlyMap<string, readonly Row[]>> {
  const table = fields.roles?.lookup?.table
  return table === undefined ? new Map() : new Map([[table, await source.table(table)]])
}
