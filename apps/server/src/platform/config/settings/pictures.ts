import { choice, integer, word } from '../parsers.ts'
import { setting } from '../setting.ts'
import { endpoint } from '../url-parsers.ts'

export const pictures = {
  pictureStore: setting({
    name: 'PROXIMA_PICTURE_STORE',
    parser: choice('database', 'file', 's3'),
    default: 'database',
    description:
      'Where profile pictures lie: in the database, in the folder `pictures` of the data folder, or in a bucket of an ' +
      'S3-compatible store. A picture that lies elsewhere than the setting says counts as absent until it is set back.',
    reason:
      'In the database they are in every backup and on every server. Six files of some 100 KB together are little for ' +
      'thousands of people; for very many a bucket is cheaper. A folder must be shared by all servers.',
  }),
  pictureSizeMaxBytes: setting({
    name: 'PROXIMA_PICTURE_SIZE_MAX_BYTES',
    parser: integer(65_536, 33_554_432),
    default: '10485760',
    description: 'The largest image that may be uploaded, in bytes.',
    reason:
      'A photograph of 12 megapixels has 3 to 6 MB. Each upload under way is held in memory (ASVS 5.2.1).',
  }),
  picturePixelsMax: setting({
    name: 'PROXIMA_PICTURE_PIXELS_MAX',
    parser: integer(262_144, 200_000_000),
    default: '50000000',
    description: 'The most pixels that an uploaded image may have.',
    reason:
      'A few kilobytes can unpack to gigabytes (ASVS 5.2.6). Telephones take pictures of up to 50 megapixels; the ' +
      'process that unpacks them is ended at 1 GB.',
  }),
  pictureUploadsPerHour: setting({
    name: 'PROXIMA_PICTURE_UPLOADS_PER_HOUR',
    parser: integer(1, 10_000),
    default: '20',
    description: 'How many images one account may upload in an hour, refused ones too.',
    reason:
      'Unpacking an image is the dearest thing that an account can ask for; nobody needs 20 pictures an hour ' +
      '(ASVS 5.2.4). An account keeps one picture.',
  }),
  pictureS3Endpoint: setting({
    name: 'PROXIMA_PICTURE_S3_ENDPOINT',
    parser: endpoint(),
    default: null,
    fallback: 'none',
    description: 'The S3-compatible store, such as `https://s3.eu-central-1.amazonaws.com`.',
    reason: 'The bucket is named in the path behind it, which every such store understands.',
  }),
  pictureS3Bucket: setting({
    name: 'PROXIMA_PICTURE_S3_BUCKET',
    parser: word(255),
    default: null,
    fallback: 'none',
    description:
      'The bucket. What it holds below `pictures/` belongs to Proxima; nothing in it need be public.',
    reason: 'Pictures are served by Proxima, which knows which of them there still are.',
  }),
  pictureS3Region: setting({
    name: 'PROXIMA_PICTURE_S3_REGION',
    parser: word(64),
    default: 'us-east-1',
    description: 'The region that requests are signed for.',
    reason: 'It is a part of the signature (SigV4). Stores without regions take this one.',
  }),
  pictureS3AccessKey: setting({
    name: 'PROXIMA_PICTURE_S3_ACCESS_KEY',
    parser: word(255),
    default: null,
    fallback: 'none',
    description: 'The id of the access key.',
    reason: 'Give it a key that may list, read, write and delete in this bucket and nothing else.',
    secret: true,
  }),
  pictureS3SecretKey: setting({
    name: 'PROXIMA_PICTURE_S3_SECRET_KEY',
    parser: word(255),
    default: null,
    fallback: 'none',
    description: 'The secret of the access key.',
    reason: 'Requests are signed with it; it is never sent.',
    secret: true,
  }),
}
