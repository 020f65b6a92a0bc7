import type { FastifyRequest } from 'fastify'
import type { Language } from '../../languages/model.ts'
import type { Languages } from '../../languages/service.ts'
import type { Assets } from './assets.ts'
import { type Theme, wantedLanguages, wantedTheme } from './choices.ts'

/** What every page shows of the service; from the settings. */
export interface Appearance {
  readonly serviceName: string
  readonly logoUrl: string | null
  readonly helpUrl: string | null
  readonly termsUrl: string | null
  readonly privacyUrl: string | null
}

/** What the frame of a page needs to know about its reader. */
export interface PageView {
  readonly appearance: Appearance
  readonly assets: Assets
  readonly language: Language
  readonly languages: readonly Language[]
  /** Null if the device decides. */
  readonly theme: Theme | null
  /** The path and query of this page, for the links that change the language. */
  readonly address: string
}

export interface ViewOptions {
  readonly appearance: Appearance
  readonly assets: Assets
  readonly languages: Languages
}

/** The view of the reader of a request. */
export function viewOf(request: FastifyRequest, { appearance, assets, languages }: ViewOptions): PageView {
  return {
    appearance,
    assets,
    language: languages.firstOf(wantedLanguages(request)),
    languages: languages.all,
    theme: wantedTheme(request),
    address: request.url,
  }
}
