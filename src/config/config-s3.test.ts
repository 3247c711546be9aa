/** The S3 settings: required combinations, and secrets in no message. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigError, loadConfig } from './config.ts';

const S3 = {
  S3_BUCKET: 'koine',
  S3_ACCESS_KEY_ID: 'AKIAEXAMPLE',
  S3_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI',
  S3_REGION: 'eu-west-1',
};

function mistake(settings: Record<string, string>): string {
  try {
    loadConfig(settings);
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.message;
  }
  return 'none';
}

test('files are stored on disk if no S3 setting is set', () => {
  assert.equal(loadConfig({}).s3, undefined);
  assert.equal(loadConfig({ S3_BUCKET: '', S3_REGION: ' ' }).s3, undefined);
});

test('the region determines Amazon’s endpoint, and S3_ENDPOINT any other', () => {
  assert.deepEqual(loadConfig(S3).s3, {
    bucket: 'koine',
    endpoint: undefined,
    region: 'eu-west-1',
    accessKeyId: 'AKIAEXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI',
    publicUrl: 'https://koine.s3.eu-west-1.amazonaws.com',
  });
  const own = loadConfig({
    ...S3,
    S3_REGION: '',
    S3_ENDPOINT: 'http://minio:9000/',
    S3_PUBLIC_URL: 'https://cdn.example/f/',
  }).s3;
  assert.deepEqual(
    [own?.endpoint, own?.region, own?.publicUrl],
    ['http://minio:9000', 'us-east-1', 'https://cdn.example/f'],
  );
  assert.equal(loadConfig({ ...S3, S3_ENDPOINT: 'http://minio:9000' }).s3?.publicUrl, 'http://minio:9000/koine');
});

for (const [settings, expected] of [
  [
    { S3_BUCKET: 'koine', S3_REGION: 'x' },
    'S3_ACCESS_KEY_ID is required for files in S3; S3_SECRET_ACCESS_KEY is required for files in S3',
  ],
  [{ ...S3, S3_BUCKET: '' }, 'S3_BUCKET is required for files in S3'],
  [
    { S3_PUBLIC_URL: 'https://cdn.example', S3_ENDPOINT: 'http://minio' },
    'S3_BUCKET is required for files in S3; S3_ACCESS_KEY_ID is required for files in S3; S3_SECRET_ACCESS_KEY is required for files in S3',
  ],
  [{ ...S3, S3_REGION: '' }, 'S3_REGION is required for S3 without S3_ENDPOINT'],
  [{ ...S3, S3_BUCKET: 'My Bucket' }, 'S3_BUCKET must be a valid bucket name'],
  [{ ...S3, S3_ENDPOINT: 'minio:9000' }, 'S3_ENDPOINT must be a URL that starts with http:// or https://'],
  [{ UPLOAD_FILES: '0' }, 'UPLOAD_FILES must be a whole number from 1 to 100, not "0"'],
  [{ UPLOAD_BYTES: '10MB' }, 'UPLOAD_BYTES must be a whole number from 1024 to 1073741824, not "10MB"'],
] as const)
  test(`a mistake: ${Object.keys(settings).join(', ')} → ${expected}`, () => {
    assert.equal(mistake(settings), expected);
  });

test('no message contains a key', () => {
  const text = mistake({ ...S3, S3_BUCKET: '!', S3_ENDPOINT: 'ftp://user:geheim@minio', S3_REGION: '' });
  assert.doesNotMatch(text, /wJalr|AKIA|geheim/);
});
