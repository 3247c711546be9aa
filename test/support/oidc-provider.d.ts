/** Types of oidc-provider, as far as the tests use them. */
declare module 'oidc-provider' {
  import type { RequestListener } from 'node:http';

  type Context = { path: string };

  export class Provider {
    constructor(issuer: string, configuration: object);
    use(middleware: (context: Context, next: () => Promise<void>) => Promise<void>): void;
    callback(): RequestListener;
  }
}
