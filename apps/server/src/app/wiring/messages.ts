import { readLanguages } from '../../features/languages/service.ts'
import { BouncesRepository } from '../../features/messages/bounces/repository.ts'
import { BouncesService } from '../../features/messages/bounces/service.ts'
import type { MessageLimits } from '../../features/messages/caps/model.ts'
import { MessageCountsRepository } from '../../features/messages/caps/repository.ts'
import { MessageCapsService } from '../../features/messages/caps/service.ts'
import { DeliveryService } from '../../features/messages/delivery/service.ts'
import { mailHtml, type Theme } from '../../features/messages/mail/mail-html.ts'
import { ManagedMessagesRepository } from '../../features/messages/management/repository.ts'
import { MessageManagement } from '../../features/messages/management/service.ts'
import type { Channel, MessageContent } from '../../features/messages/model.ts'
import { OutboxRepository } from '../../features/messages/outbox/repository.ts'
import { OutboxService } from '../../features/messages/outbox/service.ts'
import { TestMessagesService } from '../../features/messages/test-messages/service.ts'
import { transportsOf } from '../../features/messages/transports/transports.ts'
import { recipientsOf } from '../../features/users/accounts/identifiers/recipients.ts'
import { localesFolder } from '../../platform/config/data-folder.ts'
import { bestOf } from '../../platform/kernel/locale.ts'
import type { Platform } from './platform.ts'
import type { Safeguards } from './safeguards.ts'
import type { Statistics } from './statistics.ts'

export type Messages = ReturnType<typeof wireMessages>

export function wireMessages(platform: Platform & Safeguards & Statistics) {
  const { config, db, clock, sealer, keyedDigests, configuredOutgoing } = platform
  const messages = new OutboxRepository()
  const publicUrl = platform.publicUrl.get
  const sender = () => ({ name: config.serviceName, url: publicUrl() })
  const brand = { color: config.brandColor, logoUrl: config.logoUrl }
  const renderHtml = (message: MessageContent, theme?: Theme) =>
    mailHtml(message, { sender: sender(), brand, ...(theme && { theme }) })
  const transports = transportsOf({ ...config, outgoing: configuredOutgoing, clock, publicUrl, renderHtml })
  // In development the outbox page shows every message; in production no one could read an unsent one.
  const channels: readonly Channel[] = config.env === 'development' ? ['mail', 'sms'] : [...transports.keys()]
  const languages = readLanguages({ folder: localesFolder(config), locale: config.locale })
  const { costlyNumbers } = config
  const caps = new MessageCapsService({
    db,
    counts: new MessageCountsRepository(),
    keyedDigests,
    clock,
    limits: limitsOf(config),
    costlyNumbers,
  })
  const bounces = new BouncesService({ db, bounces: new BouncesRepository(), keyedDigests, clock })
  const outbox = new OutboxService({
    db,
    messages,
    caps,
    bounces,
    sealer,
    clock,
    sender,
    languages,
    channels,
    recipientsOf,
  })
  const delivery = new DeliveryService({
    db,
    messages,
    outbox,
    clock,
    transports,
    counting: platform.counting,
  })
  const managedMessages = new ManagedMessagesRepository()
  const messageManagement = new MessageManagement({ ...platform, managedMessages, outbox })
  const testMessages = new TestMessagesService({ transports, languages, sender, clock })
  const localeFor = (wanted: readonly string[]) => bestOf(languages.tags, wanted)
  return {
    messageCaps: caps,
    languages,
    localeFor,
    bounces,
    outbox,
    delivery,
    messageManagement,
    testMessages,
    renderHtml,
  }
}

function limitsOf({
  limits,
  mailPerHour,
  smsPerHour,
  defaultRegion,
}: Platform['config']): MessageLimits | null {
  return limits ? { mailPerHour, smsPerHour, homeCountry: defaultRegion } : null
}
