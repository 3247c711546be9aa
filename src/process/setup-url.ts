import type { Config } from '../config/config.ts';

/** The page of the web client that makes the owner's account. */
export function setupUrl(
  { localAccounts, webClient, dialects }: Pick<Config, 'localAccounts' | 'webClient' | 'dialects'>,
  url: string,
  code: string | null,
): string | null {
  const isServed = webClient && localAccounts && dialects.includes('koine');
  return code === null || !isServed ? null : `${url}/app/setup#${code}`;
}
