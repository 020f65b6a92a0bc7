import type { FastifyReply } from 'fastify'
import Type from 'typebox'
import { type Html, html, type Insertion } from '../../../platform/html/html.ts'
import { noteRefusal } from '../../../platform/http/errors.ts'
import { type FormRefusal, formRefusalOf } from '../frame/form-refusal.ts'
import { sendPage } from '../frame/hosted-pages.ts'
import { passwordField, timer } from '../frame/parts.ts'
import type { Reader } from './reader.ts'

export interface FormWork {
  readonly work: () => Promise<FastifyReply>
  /** The page of the form, with what was typed and what is wrong with it. */
  readonly again: (refusal: FormRefusal) => Promise<string> | string
}

/** Does what a form asks for. If a service refuses it, its page is shown again. */
export async function answerForm(
  reply: FastifyReply,
  { view, passwordLengthMin }: Pick<Reader, 'view' | 'passwordLengthMin'>,
  { work, again }: FormWork,
): Promise<FastifyReply> {
  try {
    return await work()
  } catch (error) {
    const refusal = formRefusalOf(error, view.language, { passwordLengthMin })
    noteRefusal(refusal.failure, reply)
    if (refusal.waitSeconds !== null) void reply.header('retry-after', refusal.waitSeconds)
    return await sendPage(reply, await again(refusal), refusal.status)
  }
}

/** What a page shows of a refused form: the alert, and that its title says so. Nothing without a refusal. */
export function refusedPart(refusal: FormRefusal | null) {
  return refusal === null ? {} : { alert: refusal.alert, hasError: true }
}

/** The fields with which the owner proves again who they are. An empty one was not filled in. */
export const proofFormFields = {
  current_password: Type.Optional(Type.String({ maxLength: 4_096 })),
  user_secret: Type.Optional(Type.String({ maxLength: 200 })),
}

export function givenProof({
  current_password: currentPassword,
  user_secret: userSecret,
}: {
  readonly current_password?: string
  readonly user_secret?: string
}) {
  return {
    ...(currentPassword !== undefined && currentPassword !== '' && { currentPassword }),
    ...(userSecret !== undefined && userSecret !== '' && { userSecret }),
  }
}

/**
 * What an act needs, in the words of reauthentication: the credential in any case, the password if there is one, or only
 * a recent sign-in.
 */
export type NeededProof = 'credential' | 'strongest' | 'any'

/** The fields of the proof that is missing, and otherwise how long the last one still counts. */
export function proofFields(
  reader: Reader,
  { hasPassword, needs, refusal }: { hasPassword: boolean; needs: NeededProof; refusal: FormRefusal | null },
): Html {
  const { freshSecondsLeft, view } = reader
  const { language } = view
  const say = language.sentences('account')
  const isEnough = needs === 'any' || (needs === 'strongest' && !hasPassword)
  if (freshSecondsLeft > 0 && isEnough) return freshNote(reader)
  const name = hasPassword ? 'current_password' : 'user_secret'
  const error = refusal?.errors[name]
  return html`${ownerName(reader)}${passwordField(language, {
    name,
    label: say(hasPassword ? 'current_password' : 'current_secret'),
    autocomplete: 'current-password',
    ...(error !== undefined && { error }),
  })}`
}

/** Shows for how long the session counts as a recent sign-in. */
export function freshNote(reader: Reader): Html {
  const text = reader.view.language.markup('account')('fresh', { time: freshTimer(reader) })
  return html`<p class="note"><span>${text}</span></p>\n`
}

export function freshTimer({ freshSecondsLeft }: Reader): Html {
  return timer(freshSecondsLeft)
}

/** For password managers: the name to which the passwords of the form belong. No one has to read or fill it in. */
export function ownerName({ user: { account } }: Reader): Html {
  const name = account.username ?? account.email ?? account.phoneNumber ?? ''
  return html`<input class="sr" type="text" value="${name}" autocomplete="username" tabindex="-1" aria-hidden="true" readonly>\n`
}

/** The main button of a form. While its sender must wait, it counts down. */
export function formButton(
  { view }: Reader,
  text: string,
  refusal: FormRefusal | null,
  look = 'btn-primary',
): Html {
  const { language } = view
  const say = language.sentences('page')
  const waits: Insertion =
    refusal?.waitSeconds != null && html` data-waits="${say('again_in', { time: '{time}' })}"`
  return html`<div class="actions"><button class="btn ${look}" data-busy="${say('busy')}"${waits}>${text}</button></div>\n`
}

/** A random id that a form sends, so that a form that is sent twice is done once. */
export const onceField = { once: Type.String({ pattern: '^[0-9a-f-]{36}$' }) }
