/** The page at `/docs/errors`: what each error means. The native API's errors link to it. */
import type { Dialect } from '../dialects/dialect.ts';
import { ERRORS, type ErrorCode } from '../errors.ts';
import { escaped, htmlPage, marked } from './html-page.ts';

export function errorsPage(help: NonNullable<Dialect['errorHelp']>): string {
  const entries = Object.entries(help) as [ErrorCode, string][];
  return htmlPage(
    'Koine: errors',
    `<h1>Errors</h1>
<p>An error is answered as <code>application/problem+json</code> (RFC 9457). Its <code>code</code> is one of these.</p>
${entries.map(section).join('\n')}`,
  );
}

function section([code, text]: [ErrorCode, string]): string {
  const { status, message } = ERRORS[code];
  return `<h2 id="${escaped(code)}"><code>${escaped(code)}</code></h2>
<p>${status} – ${escaped(message)}.</p>
<p>${marked(text)}</p>`;
}
