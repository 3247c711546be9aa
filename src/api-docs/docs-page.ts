/** The page at `/docs/ui`: Swagger UI, self-hosted, listing every dialect's document. */
import type { Dialect } from '../dialects/dialect.ts';

/** The page connects to this server only. */
export const DOCS_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export const DOCS_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Koine: the APIs</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/ui/swagger-ui.css">
<link rel="stylesheet" href="/docs/ui/koine.css">
</head>
<body>
<div id="ui"></div>
<noscript>This page needs JavaScript. The documents themselves are listed at <a href="/docs">/docs</a>.</noscript>
<script src="/docs/ui/swagger-ui-bundle.js"></script>
<script src="/docs/ui/swagger-ui-standalone-preset.js"></script>
<script src="/docs/ui/start.js"></script>
</body>
</html>
`;

export const DOCS_STYLE = `body { margin: 0; }
.swagger-ui .topbar .link { display: none; }
.swagger-ui .topbar .topbar-wrapper { flex-wrap: nowrap; }
.swagger-ui .topbar .download-url-wrapper .select-label span { padding: 0 0.75rem 0 0; }
.swagger-ui .information-container .info { margin: 1.5rem 0 0; }
.swagger-ui .scheme-container { padding: 1rem 0; }
`;

/** Starts Swagger UI without validator or proxy; tokens stay in the tab. */
export function docsScript(dialects: readonly Dialect[]): string {
  const options = {
    urls: dialects.map(({ name, title }) => ({ name: title, url: `/docs/${name}/openapi.json` })),
    dom_id: '#ui',
    deepLinking: true,
    validatorUrl: null,
    layout: 'StandaloneLayout',
    defaultModelsExpandDepth: 0,
  };
  return `window.ui = SwaggerUIBundle({
  ...${JSON.stringify(options, null, 2)},
  presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
  // Its logo brings an inline style along, which the page's policy forbids.
  plugins: [() => ({ components: { Logo: () => null } })],
});
`;
}
