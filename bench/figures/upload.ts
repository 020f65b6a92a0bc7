import sharp from 'sharp'
import { sqlite } from '../../apps/server/tests/support/engines.ts'
import { animatedGif, pixelBomb } from '../../apps/server/tests/support/images.ts'
import { closedLoop } from '../load/closed-loop.ts'
import { type OpenOutcome, openLoop } from '../load/open-loop.ts'
import { isGood, latenciesOf } from '../load/outcome.ts'
import { uploadBytes } from '../load/request.ts'
import { accessTokens, meRequests } from '../load/sign-in.ts'
import { canReadUsage, residentMegabytes } from '../measure/process-usage.ts'
import { percentile } from '../measure/statistics.ts'
import type { Bench } from './bench.ts'
import {
  count,
  type Figure,
  megabytes,
  milliseconds,
  perSecond,
  type Row,
  ratio,
  valueRow,
} from './figure.ts'

export const upload: Figure = {
  number: 11,
  name: 'upload',
  title: 'Profile pictures, valid and hostile',
  run,
}

const path = '/v1/me/profile/image'
const callsPerSecond = 100

async function run(bench: Bench): Promise<Row[]> {
  const { url: databaseUrl, people } = await bench.populated(sqlite, 1_000)
  const server = await bench.proxima(databaseUrl)
  const { url, pid } = server
  const tokens = await accessTokens(url, people)
  const calls = await meRequests(url, people)
  const load = { url, requests: calls, perSecond: callsPerSecond, connectionsMax: 200 }
  const seconds = bench.pick(20, 5)
  bench.say('GET /v1/me alone, then during uploads')
  const alone = await openLoop({ ...load, seconds })
  const photograph = await photographOf12Megapixels()
  const uploads = tokens.map((token) => uploadBytes({ path, token, image: photograph }))
  const [during, uploaded] = await Promise.all([
    openLoop({ ...load, seconds }),
    closedLoop({ url, requests: uploads, connections: 1, warmUpSeconds: 0, seconds }),
  ])
  const rows = [
    duringRow(alone, during),
    valueRow({
      subject: 'delay of the generator itself, included in these latencies, p99',
      value: percentile(during.lateness, 0.99),
      show: milliseconds,
      limit: `${milliseconds(percentile(alone.lateness, 0.99))} alone`,
    }),
    valueRow({
      subject: 'uploads of a JPEG of 12 megapixels, one after the other, p50',
      value: percentile(latenciesOf(uploaded, isGood), 0.5),
      show: milliseconds,
      limit: `${uploaded.samples.filter(isGood).length} of ${uploaded.samples.length} taken`,
    }),
  ]
  return [...rows, ...(await hostileRows(bench, { url, pid, tokens }))]
}

function duringRow(alone: OpenOutcome, during: OpenOutcome): Row {
  const [p99Alone, p99During] = [alone, during].map((each) => percentile(latenciesOf(each, isGood), 0.99))
  if (p99Alone === undefined || p99During === undefined) throw new Error('nothing was measured')
  return valueRow({
    subject: `GET /v1/me during uploads, ${perSecond(callsPerSecond)}, p99 ÷ p99 alone`,
    value: p99During / p99Alone,
    show: ratio,
    limit: `${milliseconds(p99During)} during, ${milliseconds(p99Alone)} alone`,
    aim: {
      atMost: 2,
      because: 'The decoder takes one of two cores, so the others have half of what they had alone.',
    },
  })
}

interface Subject {
  readonly url: string
  readonly pid: number
  readonly tokens: readonly string[]
}

async function hostileRows(bench: Bench, { url, pid, tokens }: Subject): Promise<Row[]> {
  const images = [
    pixelBomb(50_000, 50_000),
    pixelBomb(7_000, 7_000),
    animatedGif(20_000),
    Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), Buffer.alloc(8_000_000)]),
    Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
  ]
  const requests = tokens.map((token, index) =>
    uploadBytes({ path, token, image: images[index % images.length] ?? Buffer.alloc(1) }),
  )
  const imageCount = bench.pick(1_000, 100)
  bench.say(`${imageCount} hostile images`)
  const send = (seconds: number) => closedLoop({ url, requests, connections: 2, warmUpSeconds: 0, seconds })
  await send(1)
  const before = canReadUsage ? residentMegabytes(pid) : 0
  const samples = []
  while (samples.length < imageCount) samples.push(...(await send(2)).samples)
  const grown = canReadUsage ? residentMegabytes(pid) - before : 0
  const refused = samples.filter(({ status }) => status === 415 || status === 422)
  return [
    valueRow({
      subject: 'hostile images that were not refused',
      value: samples.length - refused.length,
      show: count,
      limit: `of ${samples.length}`,
      aim: { atMost: 0, because: 'Each image is larger, longer or other than the server accepts.' },
    }),
    valueRow({
      subject: 'growth of the memory of the server during this time',
      value: grown,
      show: megabytes,
      aim: {
        atMost: 64,
        because: 'Images are decoded in another process. The server holds only the bodies, 8 MB each.',
      },
    }),
  ]
}

/** A smooth image with some noise, like that of a camera: some 4 MB. */
async function photographOf12Megapixels(): Promise<Buffer> {
  const noise = { type: 'gaussian', mean: 128, sigma: 20 } as const
  return await sharp({ create: { width: 4_000, height: 3_000, channels: 3, background: '#808080', noise } })
    .jpeg({ quality: 90 })
    .toBuffer()
}
