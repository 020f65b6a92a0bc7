import Type, { type Static } from 'typebox'
import { exampleTime, Time } from '../../../platform/http/fields.ts'
import { timeOf } from '../../../platform/http/time-parameter.ts'
import { dayMs } from '../../../platform/kernel/durations.ts'
import { invalidFields } from '../../../platform/kernel/problems.ts'
import {
  type ActivePeople,
  daysDefault,
  daysMax,
  type Interval,
  intervals,
  type MessageTotals,
  type Range,
  type Report,
  type Share,
  type Step,
} from './model.ts'

export const StatisticsQuery = Type.Object(
  {
    interval: Type.Optional(
      Type.Enum([...intervals], { description: 'The steps of the figures: `day` (default) or `hour`' }),
    ),
    from: Type.Optional(
      Time(
        `Where the range begins, rounded down to a whole interval; ${daysDefault} days before its end by default`,
      ),
    ),
    to: Type.Optional(Time('Where the range ends, rounded up to a whole interval; now by default')),
  },
  { additionalProperties: false },
)
export type StatisticsQuery = Static<typeof StatisticsQuery>

const Count = (description: string) => Type.Integer({ minimum: 0, description })

const MethodCount = Type.Object(
  {
    method: Type.String({ description: 'The methods of the sign-in, separated by spaces' }),
    count: Count('How many sign-ins'),
  },
  { title: 'MethodCount', description: 'How many sign-ins used these methods' },
)

const ReasonCount = Type.Object(
  {
    reason: Type.String({ description: 'Why the sign-ins were refused, as in the audit trail' }),
    count: Count('How many refusals'),
  },
  { title: 'ReasonCount', description: 'How many sign-ins were refused for this reason' },
)

const MessageCount = Type.Object(
  {
    channel: Type.Enum(['mail', 'sms'], { description: 'How the messages were sent' }),
    sent: Count('How many were sent'),
    given_up: Count('How many were given up after the last attempt'),
  },
  { title: 'MessageCount', description: 'What became of the messages of a channel' },
)

const ActiveCount = Type.Object(
  { starts_at: Time('When the day, the week or the month starts'), people: Count('How many people') },
  { title: 'ActiveCount', description: 'How many people were active: they signed in or used a session' },
)

const figures = {
  people: Count('How many accounts of people there are at the end, or now'),
  sign_ups: Count('How many accounts were registered'),
  sign_ins: Count('How many sign-ins succeeded'),
  refused_sign_ins: Count('How many sign-ins were refused'),
  sign_ins_by_method: Type.Array(MethodCount, {
    description: 'The sign-ins by method, the most frequent first',
  }),
  refused_by_reason: Type.Array(ReasonCount, {
    description: 'The refusals by reason, the most frequent first',
  }),
  messages: Type.Array(MessageCount, { description: 'The messages by channel' }),
}

const StatisticsStep = Type.Object(
  { starts_at: Time('When the interval starts'), ...figures },
  { title: 'StatisticsStep', description: 'The figures of one interval' },
)
type StatisticsStep = Static<typeof StatisticsStep>

const StatisticsRange = Type.Object(
  {
    from: Time('When the range begins'),
    to: Time('When the range ends'),
    ...figures,
    series: Type.Array(StatisticsStep, { description: 'Each interval that has begun, the earliest first' }),
    active: Type.Object(
      {
        day: Type.Array(ActiveCount, { description: 'By day' }),
        week: Type.Array(ActiveCount, { description: 'By week, from Monday' }),
        month: Type.Array(ActiveCount, { description: 'By month' }),
      },
      { description: 'The people who were active in each day, week and month that overlaps the range' },
    ),
  },
  { title: 'StatisticsRange', description: 'The figures of a range of time' },
)
type StatisticsRange = Static<typeof StatisticsRange>

const exampleFigures = {
  people: 48_210,
  sign_ups: 12,
  sign_ins: 940,
  refused_sign_ins: 31,
  sign_ins_by_method: [{ method: 'password', count: 940 }],
  refused_by_reason: [{ reason: 'wrong_credentials', count: 31 }],
  messages: [
    { channel: 'mail' as const, sent: 17, given_up: 1 },
    { channel: 'sms' as const, sent: 0, given_up: 0 },
  ],
}
const exampleActive = [{ starts_at: '2026-11-21T00:00:00.000Z', people: 702 }]
const exampleRange: StatisticsRange = {
  from: '2026-11-21T00:00:00.000Z',
  to: '2026-11-22T00:00:00.000Z',
  ...exampleFigures,
  series: [{ starts_at: exampleTime, ...exampleFigures }],
  active: { day: exampleActive, week: exampleActive, month: exampleActive },
}

export const StatisticsView = Type.Object(
  {
    interval: Type.Enum([...intervals], { description: 'The steps of the figures' }),
    current: StatisticsRange,
    before: StatisticsRange,
  },
  {
    title: 'Statistics',
    description: 'The figures of a range of time, and of the range of the same length before it',
    examples: [{ interval: 'day', current: exampleRange, before: exampleRange }],
  },
)
export type StatisticsView = Static<typeof StatisticsView>

/** @throws `validation_failed` */
export function rangeOf(query: StatisticsQuery, now: Date): Range {
  const interval = query.interval ?? 'day'
  const to = timeOf(query.to, '/to') ?? now
  const from = timeOf(query.from, '/from') ?? new Date(to.getTime() - daysDefault * dayMs)
  assertLength(interval, from, to)
  return { interval, from, to }
}

function assertLength(interval: Interval, from: Date, to: Date): void {
  const lengthMs = to.getTime() - from.getTime()
  const max = daysMax[interval]
  if (lengthMs <= 0)
    throw invalidFields({ pointer: '/from', code: 'range_empty', detail: 'Give a time before `to`.' })
  if (lengthMs > max * dayMs)
    throw invalidFields({
      pointer: '/from',
      code: 'range_too_long',
      detail: `Give a time at most ${max} days before \`to\`, because the interval is one ${interval}.`,
    })
}

export function statisticsView(
  interval: Interval,
  { current, before }: { readonly current: Report; readonly before: Report },
): StatisticsView {
  return { interval, current: rangeView(current), before: rangeView(before) }
}

function rangeView(report: Report): StatisticsRange {
  const { range, steps, active } = report
  return {
    from: range.from.toISOString(),
    to: range.to.toISOString(),
    ...figuresView(report),
    series: steps.map((step) => ({ starts_at: step.startsAt.toISOString(), ...figuresView(step) })),
    active: {
      day: active.day.map(activeView),
      week: active.week.map(activeView),
      month: active.month.map(activeView),
    },
  }
}

function figuresView(totals: Omit<Step, 'startsAt'>): Omit<StatisticsStep, 'starts_at'> {
  return {
    people: totals.people,
    sign_ups: totals.signUps,
    sign_ins: totals.signIns,
    refused_sign_ins: totals.refusedSignIns,
    sign_ins_by_method: totals.signInsByMethod.map(({ value, count }: Share) => ({ method: value, count })),
    refused_by_reason: totals.refusedByReason.map(({ value, count }: Share) => ({ reason: value, count })),
    messages: totals.messages.map(({ channel, sent, givenUp }: MessageTotals) => ({
      channel,
      sent,
      given_up: givenUp,
    })),
  }
}

function activeView({ startsAt, people }: ActivePeople) {
  return { starts_at: startsAt.toISOString(), people }
}
