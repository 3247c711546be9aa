/** The page at `/docs`: the dialects, their documents, and first steps. Hand-written, without scripts. */
import type { Dialect } from '../dialects/dialect.ts';
import { escaped, htmlPage, marked } from './html-page.ts';

/** `address`: the server's URL for the reader. */
export function startPage(dialects: readonly Dialect[], version: string, address: string): string {
  return htmlPage(
    'Koine',
    `<h1>Koine <small>${escaped(version)}</small></h1>
<p>A social network and messaging server runs here. It speaks ${dialects.length === 1 ? 'one API' : `${dialects.length} APIs`} over one set of accounts, posts, rooms and messages.</p>
<a class="go" href="/docs/ui">Read and try the APIs</a>
<h2>The APIs of this server</h2>
<ul>
${dialects.map(card).join('\n')}
</ul>
<h2>First steps</h2>
${start(dialects, address)}`,
  );
}

function card({ name, title, description, sockets }: Dialect): string {
  const frames = sockets.length === 0 ? '' : `<a href="/docs/${escaped(name)}/asyncapi.json">AsyncAPI</a>`;
  return `<li>
<strong>${escaped(title)}</strong>
<p>${marked(description)}</p>
<nav><a href="/docs/ui?urls.primaryName=${escaped(encodeURIComponent(title))}">Try it</a><a href="/docs/${escaped(name)}/openapi.json">OpenAPI</a>${frames}</nav>
</li>`;
}

/** Uses the first dialect that has an example. */
function start(dialects: readonly Dialect[], address: string): string {
  const example = dialects.find((dialect) => dialect.example !== undefined)?.example;
  const shell = example === undefined ? '' : `\n<pre><code>${escaped(`KOINE=${address}\n${example}`)}</code></pre>`;
  return `<p>Create an account and call the API, on the page above or in a shell. Programs get the list above as JSON from <code>/</code>.</p>${shell}`;
}
