#!/usr/bin/env node
/** `koine <command>`: the command line, for who has the packages installed. */
import { register } from 'tsx/esm/api';

register();
await import('../src/cli.ts');
