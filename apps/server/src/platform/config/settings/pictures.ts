import { choice, integer, word } from '../parsers.ts'
import { setting } from '../setting.ts'
import { endpoint } from '../url-parsers.ts'

export const pictures = {
  pictureStore: setting({
    name: 'PROXIMA_PICTURE_STORE',
    parser: choice('database', 'file', 's3'),
    default: 'database',
    description:
      'Where profile pictures are stored: in the database, in the folder `pictures` of the data folder, or in a ' +
      'bucket of an S3-compatible store. If you change this, pictures in the former place count as missing until ' +
      'you change it back.',
    reason:
      'In the database, pictures are in every backup and on every server. A picture takes about 100 KB in six ' +
      'files, which is little for thousands of people. For very many people, a bucket is cheaper. With `file`, all ' +
      'servers must share the folder.',
  }),
  pictureSizeMaxBytes: setting({
    name: 'PROXIMA_PICTURE_SIZE_MAX_BYTES',
    parser: integer(65_536, 33_554_432),
    default: '10485760',
    description: 'The maximum size of an uploaded image, in bytes.',
    reason:
      'A 12-megapixel photograph takes 3 to 6 MB. The server holds each upload in memory until it is decoded (ASVS ' +
      '5.2.1).',
  }),
  picturePixelsMax: setting({
    name: 'PROXIMA_PICTURE_PIXELS_MAX',
    parser: integer(262_144, 200_000_000),
    default: '50000000',
    description: 'The maximum number of pixels of an uploaded image.',
    reason:
      'A few kilobytes can decode to gigabytes (ASVS 5.2.6). Phones take pictures of up to 50 megapixels. The ' +
      'server ends a decoding process that takes 1 GB of memory.',
  }),
  pictureUploadsPerHour: setting({
    name: 'PROXIMA_PICTURE_UPLOADS_PER_HOUR',
    parser: integer(1, 10_000),
    default: '20',
    description:
      'How many images one account may upload in an hour, including images that the server refuses.',
    reason:
      'Decoding an image costs more than anything else that an account can request, and no one needs more than 20 ' +
      'pictures an hour (ASVS 5.2.4). An account keeps one picture.',
  }),
  pictureS3Endpoint: setting({
    name: 'PROXIMA_PICTURE_S3_ENDPOINT',
    parser: endpoint(),
    default: null,
    fallback: 'none',
    description: 'The S3-compatible store, such as `https://s3.eu-central-1.amazonaws.com`.',
    reason: 'The server adds the name of the bucket to the path, which every such store accepts.',
  }),
  pictureS3Bucket: setting({
    name: 'PROXIMA_PICTURE_S3_BUCKET',
    parser: word(255),
    default: null,
    fallback: 'none',
    description:
      'The bucket. Everything below `pictures/` belongs to Proxima. Nothing in the bucket needs to be public.',
    reason: 'Proxima itself serves the pictures, because it knows which of them still exist.',
  }),
  pictureS3Region: setting({
    name: 'PROXIMA_PICTURE_S3_REGION',
    parser: word(64),
    default: 'us-east-1',
    description: 'The region for which requests are signed.',
    reason: 'It is part of the signature (SigV4). Stores without regions accept this default.',
  }),
  pictureS3AccessKey: setting({
    name: 'PROXIMA_PICTURE_S3_ACCESS_KEY',
    parser: word(255),
    default: null,
    fallback: 'none',
    description: 'The id of the access key.',
    reason: 'Use a key that may list, read, write and delete in this bucket and do nothing else.',
    secret: true,
  }),
  pictureS3SecretKey: setting({
    name: 'PROXIMA_PICTURE_S3_SECRET_KEY',
    parser: word(255),
    default: null,
    fallback: 'none',
    description: 'The secret of the access key.',
    reason: 'It signs the requests and is never sent.',
    secret: true,
  }),
}
