#!/usr/bin/env node
/** `koine <command>`: the command line, for who has the packages installed. */
import '../src/typescript.js';

await import('../src/cli.ts');
