import { networks } from '../network-parser.ts'
import { setting } from '../setting.ts'

export const integration = {
  webhookAllowedNetworks: setting({
    name: 'PROXIMA_WEBHOOK_ALLOWED_NETWORKS',
    parser: networks(),
    default: null,
    fallback: 'only addresses of the public internet; in development, also programs on this machine',
    description:
      'The networks to which webhooks may be sent besides the public internet. See [webhooks](guides/webhooks.md).',
    reason:
      'Otherwise a caller who may create webhooks could make this server call machines that only it can reach.',
  }),
}
