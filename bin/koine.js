#!/usr/bin/env node
/** `koine <command>`: the command line of an installed package. */
import { runBuild } from './run-build.js';

await runBuild('cli');
