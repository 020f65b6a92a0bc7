import { type Html, html } from '../../../platform/html/html.ts'
import { timeElement } from '../../../platform/html/parts.ts'
import { sitePage } from '../../../platform/html/site-page.ts'
import type { MessageId } from '../../../platform/kernel/ids.ts'
import type { Channel, MessageState } from '../model.ts'
import type { OpenMessage } from './messages.ts'
import { codeIn, linksIn } from './parts.ts'

export const outboxPath = '/outbox'
export const scriptPath = '/outbox/outbox.js'
export const stylePath = '/outbox/outbox.css'

export function previewPath(id: MessageId, theme: 'light' | 'dark'): string {
  return `/outbox/messages/${id}/${theme}`
}

export interface OutboxPage {
  /** Newest first. */
  readonly messages: readonly OpenMessage[]
  /** The message that the reader has chosen; null for the newest. */
  readonly chosen: string | null
  readonly serviceName: string
}

const channelNames: Readonly<Record<Channel, string>> = { mail: 'Mail', sms: 'Text message' }

const stateNames: Readonly<Record<MessageState, string>> = {
  waiting: 'waiting to be sent',
  sent: 'sent',
  given_up: 'given up',
}

const head = html`
<link rel="stylesheet" href="${stylePath}">
<script type="module" src="${scriptPath}"></script>`

/** The latest messages with their text, for developers. A script of the page keeps it up to date. */
export function outboxPage({ messages, chosen, serviceName }: OutboxPage): string {
  const open = messages.find(({ id }) => id === chosen) ?? messages[0]
  return sitePage({
    title: 'Outbox',
    serviceName,
    head,
    body: html`<h1>Outbox</h1>
<p class="muted">This page exists only in development, and only on this machine. Without <code>PROXIMA_MAIL_URL</code> and <code>PROXIMA_SMS_URL</code>, messages stay here and are not sent.</p>
<div class="outbox">
${listOf(messages, open?.id)}
<div id="message">${open !== undefined && articleOf(open)}</div>
</div>`,
  })
}

function listOf(messages: readonly OpenMessage[], openId: MessageId | undefined): Html {
  if (messages.length === 0)
    return html`<section id="messages" aria-labelledby="count"><h2 id="count">No messages yet</h2>
<p>When someone signs up or changes a password, for example, the mail or text message appears here at once.</p></section>`
  return html`<section id="messages" aria-labelledby="count"><h2 id="count">${countOf(messages)}</h2>
<ul class="rows">
${messages.map((message) => rowOf(message, message.id === openId))}</ul></section>`
}

function countOf({ length }: readonly OpenMessage[]): string {
  return length === 1 ? '1 message' : `${length} messages`
}

function rowOf(message: OpenMessage, isOpen: boolean): Html {
  const { id, createdAt } = message
  const code = codeIn(message)
  return html`<li><a href="${outboxPath}?message=${id}"${isOpen && html` aria-current="true"`}>
<span class="what"><span class="muted">${channelNames[message.channel]}${to(message)}</span> <span class="title" dir="auto">${titleOf(message)}</span></span>
<span class="end">${code !== null && html`<b class="code">${code}</b> `}<span class="muted">${briefTime(createdAt)}</span></span>
</a></li>
`
}

const briefFormat = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  timeZone: 'UTC',
})

/** A time that leaves room for the address beside it. The open message shows it in full. */
function briefTime(time: Date): Html {
  return html`<time datetime="${time.toISOString()}">${briefFormat.format(time)}</time>`
}

/** To whom the message goes. Nothing is kept of a message that is not sent but its state. */
function to({ content, state }: OpenMessage): Html | string {
  return content === null ? `, ${stateNames[state]}` : html` to <bdi>${content.to}</bdi>`
}

function titleOf({ channel, content, template }: OpenMessage): string {
  if (content === null) return template.replaceAll('_', ' ')
  return channel === 'mail' ? content.subject : content.text
}

function articleOf(message: OpenMessage): Html {
  const { channel, template, state, createdAt, content, error } = message
  const title = channel === 'mail' && content !== null ? content.subject : channelNames[channel]
  return html`<article aria-labelledby="title">
<h2 id="title" dir="auto">${title}</h2>
<dl class="facts">
${content !== null && html`<dt>To</dt><dd><bdi>${content.to}</bdi></dd>\n`}<dt>Kind</dt><dd>${channelNames[channel]}, <code>${template}</code>${content !== null && html`, ${languageName(content.locale)}`}</dd>
<dt>Written</dt><dd>${timeElement(createdAt)}</dd>
<dt>State</dt><dd>${stateNames[state]}${error !== null && html` because of <code>${error}</code>`}</dd>
</dl>
${actionsOf(message)}${channel === 'mail' ? mailOf(message) : bubbleOf(message)}</article>`
}

const languageNames = new Intl.DisplayNames('en', { type: 'language' })

function languageName(tag: string): string {
  return languageNames.of(tag) ?? tag
}

/** What a developer needs from the message. */
function actionsOf(message: OpenMessage): Html {
  const code = codeIn(message)
  return html`${code !== null && html`<p class="code" tabindex="0" role="group" aria-label="Code">${code}</p>\n`}${linksIn(message).map(({ label, url }) => html`<p><a class="button" href="${url}" dir="auto">${label}</a></p>\n`)}`
}

// A frame may run no script.
function mailOf({ id, content }: OpenMessage): Html | null {
  if (content === null) return null
  const frame = (theme: 'light' | 'dark') =>
    html`<iframe class="mail ${theme}" src="${previewPath(id, theme)}" title="The mail in ${theme} mode" sandbox loading="lazy"></iframe>\n`
  return html`<h3>Light</h3>
${frame('light')}<h3>Dark</h3>
${frame('dark')}<h3>Text part</h3>
<pre class="letter" dir="auto" lang="${content.locale}">${content.text}</pre>
`
}

function bubbleOf({ content }: OpenMessage): Html | null {
  if (content === null) return null
  return html`<p class="bubble" dir="auto" lang="${content.locale}">${content.text}</p>
`
}
