import Type, { type Static } from 'typebox'
import { exampleId, exampleTime, Nullable, Text, Time, Uuid } from '../../../platform/http/fields.ts'
import { deviceOf } from '../../../platform/kernel/device.ts'
import type { TrustedDeviceId } from '../../../platform/kernel/ids.ts'
import type { TrustedDevice } from '../../authenticators/trusted-devices/model.ts'
import type { OwnDevices } from './model.ts'

export const exampleDevice = {
  id: exampleId,
  device: 'Firefox on Linux',
  address: '192.0.2.17',
  created_at: exampleTime,
  last_used_at: exampleTime,
  expires_at: '2026-12-21T09:30:00.000Z',
  current: true,
}

export const TrustedDeviceView = Type.Object(
  {
    id: Uuid('The id of the trusted device'),
    device: Text('The browser and the system, such as "Firefox on Linux"; null if they are unknown'),
    address: Nullable(
      Type.String({ description: 'The address from which its owner gave the second factor' }),
      {
        description: 'Null if it is unknown',
      },
    ),
    created_at: Time('When its owner gave a second factor there'),
    last_used_at: Nullable(Time('When a sign-in there was last finished without a second factor'), {
      description: 'Null if there was none',
    }),
    expires_at: Time('When it needs a second factor again'),
    current: Type.Boolean({ description: 'True for the device of this request' }),
  },
  {
    title: 'TrustedDevice',
    description: 'A browser or a program that needs no second factor for a while',
    examples: [exampleDevice],
  },
)
export type TrustedDeviceView = Static<typeof TrustedDeviceView>

export const TrustedDevicesView = Type.Object(
  { data: Type.Array(TrustedDeviceView, { description: 'The trusted devices, newest first; at most 20' }) },
  {
    title: 'TrustedDevices',
    description: 'The trusted devices of an account',
    examples: [{ data: [exampleDevice] }],
  },
)

export const TrustedDeviceParams = Type.Object({
  id: Type.String({ description: 'The id of the trusted device' }),
})

export function trustedDeviceView(device: TrustedDevice, current: TrustedDeviceId | null): TrustedDeviceView {
  const { createdAt, expiresAt, id, ipAddress, lastUsedAt, userAgent } = device
  return {
    id,
    device: deviceOf(userAgent),
    address: ipAddress,
    created_at: createdAt.toISOString(),
    last_used_at: lastUsedAt?.toISOString() ?? null,
    expires_at: expiresAt.toISOString(),
    current: id === current,
  }
}

export function trustedDevicesView({ current, devices }: OwnDevices) {
  return { data: devices.map((device) => trustedDeviceView(device, current)) }
}
