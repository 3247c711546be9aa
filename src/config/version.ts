/** Koine's version, from package.json. */
import { readFileSync } from 'node:fs';
import { PACKAGE_ROOT } from '../package-root.ts';

const text = readFileSync(new URL('package.json', PACKAGE_ROOT), 'utf8');

export const { version } = JSON.parse(text) as { version: string };
