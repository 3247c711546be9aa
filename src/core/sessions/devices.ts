/** Devices that sign in, as their owner recognises them: a browser and a system, and a place on the network. */
import bowser from 'bowser';

/** Characters of a `User-Agent` that are looked at. */
const AGENT_MAX = 256;
const DEVICE_MAX = 64;
/** The name of a program at the start of its `User-Agent`. */
const PRODUCT = /^[\w.-]{1,40}/;

/** The client that signs in. `agent`: as it calls itself. `address`: the client's. */
export type Device = { readonly agent?: string | undefined; readonly address: string };

/** The start of a `User-Agent`, on one line; null: nothing to show. */
export function shownAgent(agent = ''): string | null {
  const line = agent
    .slice(0, AGENT_MAX)
    .toWellFormed()
    .replaceAll(/\p{Cc}+/gu, ' ')
    .trim();
  return line === '' ? null : line;
}

/** A short name, as `Firefox, Linux`; null: the agent says nothing. */
export function deviceName(agent: string | null): string | null {
  if (agent === null) return null;
  const { browser, os } = bowser.parse(agent);
  const words = [browser.name, os.name].filter((word) => word !== undefined && word !== '');
  const name = words.length > 0 ? words.join(', ') : (PRODUCT.exec(agent)?.[0] ?? agent);
  return name.slice(0, DEVICE_MAX);
}
