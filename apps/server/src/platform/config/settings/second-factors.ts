import { secondFactor } from '../factor-parsers.ts'
import { setting } from '../setting.ts'

export const secondFactors = {
  secondFactor: setting({
    name: 'PROXIMA_SECOND_FACTOR',
    parser: secondFactor(),
    default: 'optional',
    description:
      'Sets which people need a second factor to sign in. `optional`: everyone who has added one. `required`: every person. ' +
      '`required-for-roles:admin,support`: the people who have one of these roles, and everyone who has added one. ' +
      '`off`: no one, even if they have added one. A person who needs one and has none can only add one. See ' +
      '[second factors](guides/second-factors.md).',
    reason:
      'A stolen password is the most frequent attack. Each person decides for themselves until the operator decides ' +
      'for all. Require one at least of administrators (ASVS 6.3.3).',
  }),
}
