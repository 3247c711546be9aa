/** URLs of databases: what they mean, and that no message has a part of a password. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfig } from '../config/config.ts';
import { describePlace, parseDatabaseUrl } from './database-url.ts';

test('servers are named in the ways of libpq', () => {
  const places = {
    'postgres://koine:secret@db:5433/koine': 'db:5433 koine secret koine',
    'postgresql://koine@db/': 'db:5432 koine - -',
    'postgres://k%40x:a%2Fb%23c%3F%25@[::1]:5433/k%20x': '[::1]:5433 k@x a/b#c?% k x',
    'postgres://koine:p@ss:w@db/koine': 'db:5432 koine p@ss:w koine',
    'postgres:///koine?host=/run/postgresql&port=5433': '/run/postgresql/.s.PGSQL.5433 - - koine',
    'postgres://koine@localhost:5434/koine?host=/run/postgresql': '/run/postgresql/.s.PGSQL.5434 koine - koine',
    'postgres://koine:x@/koine?host=/run/postgresql': '/run/postgresql/.s.PGSQL.5432 koine x koine',
    'postgres://%2Frun%2Fpostgresql/koine': '/run/postgresql/.s.PGSQL.5432 - - koine',
    'postgres://?user=koine&password=x%26y&dbname=z&host=db': 'db:5432 koine x&y z',
  };
  for (const [url, wanted] of Object.entries(places)) {
    const { place } = parseDatabaseUrl(url);
    const { username = '-', password = '-', database = '-' } = place;
    assert.equal(`${describePlace(place)} ${username} ${password} ${database}`, wanted, url);
  }
});

test('errors about a URL never contain its password, in the settings too', () => {
  const wrong: [string, RegExp][] = [
    ['postgres://koine:hunter/2@db/koine', /percent-encoded: "\/" as %2F/],
    ['postgres://koine:12/hunter@db/koine', /percent-encoded/],
    ['postgres://koine:hunter#2@db/koine', /percent-encoded/],
    ['postgres://koine:12?hunter@db/koine', /percent-encoded/],
    ['postgres://koine:hunter%@db/koine', /percent-encoded/],
    ['mysql://koine:hunter@db/koine', /must be a URL that starts with postgres:\/\/ or postgresql:\/\//],
    ['postgres://koine:hunter@one:1,two:2/koine', /names several servers/],
    ['postgres:///koine?host=one,two', /names several servers/],
    ['postgres://koine:hunter@db/koine?port=0', /must have a port/],
    ['postgres://koine:hunter@db/koine?pgbouncer=true', /may have the parameters host, port, .* and has another one/],
    ['postgres://koine:hunter@db/koine?sslmode=maybe', /unknown sslmode/],
    ['postgres://koine:hunter@db/koine?sslmode=disable&sslrootcert=/ca', /no sslmode that uses them/],
    ['postgres://koine:hunter@db/koine?sslmode=require&sslcert=/cert', /both of sslcert and sslkey/],
    [
      'postgres://koine:hunter@db/koine?sslrootcert=/none/ca.pem',
      /the file \/none\/ca\.pem, which cannot be read \(ENOENT\)/,
    ],
    ['postgres://koine:hunter@db/koine?target_session_attrs=read-only', /Koine writes: use read-write/],
    ["postgres://koine:hunter@db/koine?search_path=';", /no list/],
  ];
  for (const [DATABASE_URL, pattern] of wrong)
    assert.throws(
      () => loadConfig({ DATABASE_URL }),
      ({ message }: Error) => {
        assert.match(message, pattern, DATABASE_URL);
        assert.ok(message.startsWith('DATABASE_URL ') && !message.includes('hunter'), message);
        return true;
      },
    );
  assert.doesNotThrow(() => loadConfig({ DATABASE_URL: 'postgres://koine@db/koine?application_name=a@b' }));
});

test('TLS is asked for in the words of libpq and of postgres.js, and a root certificate is looked at', () => {
  const tls = (query: string) => {
    const { mode, ...files } = parseDatabaseUrl(`postgres://db/koine?${query}`).tls;
    return [mode, ...Object.entries(files).flat()].join(' ');
  };
  const meant = {
    '': 'disable',
    'sslmode=disable': 'disable',
    'ssl=false': 'disable',
    'sslmode=allow': 'prefer',
    'sslmode=prefer': 'prefer',
    'sslmode=require': 'require',
    'ssl=true': 'require',
    'sslmode=verify-ca': 'verify-ca',
    'sslmode=verify-full': 'verify-full',
    'sslmode=require&ssl=false': 'require',
    'sslrootcert=/ca': 'verify-full rootCertificate /ca',
    'sslrootcert=system': 'verify-full',
    'sslmode=prefer&sslrootcert=/ca': 'verify-ca rootCertificate /ca',
    'sslmode=require&sslrootcert=/ca': 'verify-ca rootCertificate /ca',
    'sslmode=verify-full&sslrootcert=/ca': 'verify-full rootCertificate /ca',
    'sslmode=require&sslcert=/c&sslkey=/k': 'require certificate /c key /k',
  };
  for (const [query, wanted] of Object.entries(meant)) assert.equal(tls(query), wanted, query);
  for (const files of ['sslrootcert=/ca', 'sslcert=/c', 'sslkey=/k'])
    assert.throws(() => tls(`sslmode=disable&${files}`), /no sslmode that uses them/);
  for (const file of ['sslcert=/c', 'sslkey=/k'])
    assert.throws(() => tls(`sslmode=require&${file}`), /both of sslcert and sslkey/);
});

test('a port is a number from 1 to 65535', () => {
  const port = (text: string) => parseDatabaseUrl(`postgres:///koine?host=db&port=${text}`).place.port;
  for (const fits of [1, 65_535]) assert.equal(port(String(fits)), fits);
  for (const wrong of ['0', '65536', '-1', '1e3', '5432x', 'x5432', '000001'])
    assert.throws(() => port(wrong), /must have a port from 1 to 65535/, wrong);
});

test('the scheme may be written in capitals; what only contains it is refused', () => {
  assert.equal(parseDatabaseUrl('POSTGRES://db/koine').place.host, 'db');
  for (const url of ['http://x?postgres://db/koine', 'postgres', 'postgres:db', 'postgres://['])
    assert.throws(() => parseDatabaseUrl(url), /must be a URL that starts with/, url);
});

test('parameters of libpq that change nothing here, and servers that write, are taken', () => {
  for (const name of ['application_name', 'client_encoding', 'connect_timeout', 'fallback_application_name'])
    assert.equal(parseDatabaseUrl(`postgres://db/koine?${name}=1`).place.host, 'db');
  for (const wanted of ['any', 'primary', 'read-write'])
    assert.equal(parseDatabaseUrl(`postgres://db/koine?target_session_attrs=${wanted}`).place.host, 'db');
});

test('a search path is a list of schemas, plain or quoted, of 500 characters at most', () => {
  const path = (text: string) =>
    parseDatabaseUrl(`postgres://db/koine?search_path=${encodeURIComponent(text)}`).searchPath;
  assert.equal(parseDatabaseUrl('postgres://db/koine').searchPath, undefined);
  for (const fits of ['koine', '"$user", public', 'x'.repeat(500)]) assert.equal(path(fits), fits);
  for (const wrong of ['', ';', 'koine;', ';koine', "a'", 'x'.repeat(501)])
    assert.throws(() => path(wrong), /no list/, wrong);
});
